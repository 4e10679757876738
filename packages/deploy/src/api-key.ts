import { parseArgs } from 'node:util';
import { openApiKeys } from '@dure/release-gate/api-keys';
import { columns } from '@dure/release-gate/columns';
import { readCompose } from './compose.ts';
import { DeployError } from './deploy-error.ts';

const HELP = `Usage: npm run api-key -- --client NAME [options]

Gives a client an API key for every service of a stage, and prints only the key, so that a script can read it.

  --client NAME    the client: lower case letters, digits and "-"
  --stage NAME     the stage (dev)
  --region NAME    the region (AWS_REGION or AWS_DEFAULT_REGION, else us-east-1)
  --usage          print the requests of the last 30 days with the key, and how many are left
  --delete         delete the key: it is refused from then on
  --help           print this
`;
const DAYS = 30;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** `npm run api-key`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      client: { type: 'string' },
      stage: { type: 'string', default: 'dev' },
      region: { type: 'string' },
      usage: { type: 'boolean' },
      delete: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const { client = '', stage } = values;
  if (!NAME.test(client)) throw new DeployError(`--client takes lower-case letters, digits and "-", not "${client}".`);
  if (values.usage && values.delete) throw new DeployError('--usage and --delete exclude each other.');
  const region = values.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const services = readCompose(process.cwd()).map(({ name }) => name);
  const keys = openApiKeys(region, stage, services);
  try {
    if (values.delete) {
      await keys.take(client);
      process.stdout.write(`The key of ${client} is deleted.\n`);
    } else if (values.usage) {
      const used = await keys.usage(client, DAYS);
      const rows = used.map(({ service, day, used, left }) => [day, service, `${used} used`, `${left} left`]);
      process.stdout.write(rows.length > 0 ? columns(rows) : `No request in the last ${DAYS} days.\n`);
    } else process.stdout.write(`${await keys.give(client)}\n`);
  } finally {
    keys.close();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
