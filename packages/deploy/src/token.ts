import { parseArgs } from 'node:util';
import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import { readInstance } from '@dure/local-cloud/shared/instance-lock';
import { type Client, issuerOf, requestToken } from '@dure/release-gate/client-token';
import { DeployError } from './deploy-error.ts';

const CLIENTS: readonly Client[] = ['customer', 'operator', 'merchandiser', 'auditor', 'deployer'];

const HELP = `Usage: npm run --silent token -- --as ROLE [options]

Prints an access token of a stage, and only that, so that a script can read it:
curl -H "authorization: Bearer $(npm run --silent token -- --as operator)" …

  --as ROLE        ${CLIENTS.join(', ')}
  --stage NAME     the stage (local: what npm start runs)
  --scope SCOPES   less than the role may do: 'orders:read:any journal:read'
  --data DIR       where npm start keeps its data (.local)
  --region NAME    the region (AWS_REGION or AWS_DEFAULT_REGION, else us-east-1)
  --help           print this
`;

/** `npm run token`: by the secret of the role's client, which Secrets Manager has. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      as: { type: 'string' },
      stage: { type: 'string', default: 'local' },
      scope: { type: 'string' },
      data: { type: 'string', default: '.local' },
      region: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const { as: wanted = '', stage, scope, data } = values;
  const client = CLIENTS.find((name) => name === wanted);
  if (client === undefined) throw new DeployError(`--as takes ${CLIENTS.join(', ')}, not "${wanted}".`);
  const region = values.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const aws = stage === 'local' ? localAws(data) : { region };
  const issuer = await issuerOf(stage, aws);
  if (issuer === undefined) {
    const parameter = `/dure/${stage}/identity/issuer`;
    throw new DeployError(
      `Nobody gives tokens in ${stage}: there is no parameter ${parameter}. Deploy identity first.`,
    );
  }
  const { token } = await requestToken(issuer, { client, stage, scope }, aws);
  process.stdout.write(`${token}\n`);
}

/** AWS as `npm start` runs it. */
function localAws(data: string): SSMClientConfig {
  const { aws: endpoint } = readInstance(data);
  if (endpoint === undefined) throw new DeployError(`Nothing runs on ${data}. Begin with npm start.`);
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
