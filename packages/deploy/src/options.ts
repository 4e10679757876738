import { parseArgs } from 'node:util';
import { refusalOfStage } from '@dure/serverless-plugin/stage';
import { DeployError } from './deploy-error.ts';

export const COMMANDS = ['deploy', 'remove', 'package'] as const;
export type Command = (typeof COMMANDS)[number];

export interface Options {
  readonly stage: string;
  readonly region: string;
  readonly only?: readonly string[];
  /** How many services at a time. */
  readonly limit: number;
  readonly json: boolean;
  /** Deploy: only services that differ from the stage. */
  readonly changed: boolean;
  /** Remove: really remove. */
  readonly yes: boolean;
}

const SHARED = `  --stage NAME     the stage (dev)
  --region NAME    the region (AWS_REGION or AWS_DEFAULT_REGION, else us-east-1)
  --services a,b   only these services
  --limit NUMBER   how many at a time (4; package 2)
  --json           print only the result, as JSON, to standard output
  --help           print this
`;
export const HELP: Readonly<Record<Command, string>> = {
  deploy: `Usage: npm run deploy -- [options]

Deploys the services to AWS, or to any AWS-compatible endpoint (AWS_ENDPOINT_URL), in the order of
serverless-compose.yml.

${SHARED}  --changed        only services that differ from the stage
`,
  remove: `Usage: npm run remove -- --yes [options]

Removes the services from a stage, in the reverse order of serverless-compose.yml.

${SHARED}  --yes            remove; without it, list what would be removed
`,
  package: `Usage: npm run package -- [options]

Packages the services, each into services/<name>/.serverless. Needs no account.

${SHARED}`,
};

const DEFAULT_LIMIT: Readonly<Record<Command, number>> = { deploy: 4, remove: 4, package: 2 };

/**
 * @returns undefined when help is asked for
 * @throws DeployError that names the option that is unknown or wrong
 */
export function parseOptions(command: Command, args: readonly string[], env = process.env): Options | undefined {
  const values = parse(command, args);
  if (values.help) return undefined;
  const stage = values.stage ?? 'dev';
  // Stages deployed earlier under another name can still be removed.
  const refusal = command === 'remove' ? undefined : refusalOfStage(stage);
  if (refusal !== undefined) throw new DeployError(`--stage: ${refusal}`);
  if (stage === 'local' && command !== 'package') {
    throw new DeployError('The stage "local" is what npm start runs. Deploy to another: --stage dev');
  }
  const limit = Number(values.limit ?? DEFAULT_LIMIT[command]);
  if (!Number.isInteger(limit) || limit < 1)
    throw new DeployError(`--limit takes a number from 1, not "${values.limit}".`);
  const only = values.services?.split(',').filter((name) => name !== '');
  if (only?.length === 0) throw new DeployError('--services takes the names of services, with commas between them.');
  return {
    stage,
    region: values.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    ...(only !== undefined && { only }),
    limit,
    json: values.json ?? false,
    changed: values.changed ?? false,
    yes: values.yes ?? false,
  };
}

/** Options of one command only. */
const OWN: Readonly<Partial<Record<Command, string>>> = { deploy: 'changed', remove: 'yes' };

function parse(command: Command, args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        stage: { type: 'string' },
        region: { type: 'string' },
        services: { type: 'string' },
        limit: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        changed: { type: 'boolean' },
        yes: { type: 'boolean' },
      },
    });
    for (const name of ['changed', 'yes'] as const) {
      if (values[name] && OWN[command] !== name) throw new Error(`Unknown option '--${name}'`);
    }
    return values;
  } catch (error) {
    throw new DeployError(`${(error as Error).message}\n\n${HELP[command]}`, { cause: error });
  }
}
