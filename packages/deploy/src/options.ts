import { parseArgs } from 'node:util';
import { refusalOfStage } from '@dure/serverless-plugin/stage';
import { DeployError } from './deploy-error.ts';

export const COMMANDS = ['deploy', 'remove', 'package'] as const;
export type Command = (typeof COMMANDS)[number];

export interface Options {
  readonly stage: string;
  readonly region: string;
  readonly only?: readonly string[];
  /** Services to mock: only these, unless `only` names others. */
  readonly mock?: readonly string[];
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
  --mock a,b       mocks of these services, which answer by the examples of their contracts; may be repeated
`,
  remove: `Usage: npm run remove -- --yes [options]

Removes the services from a stage, in the reverse order of serverless-compose.yml.

${SHARED}  --yes            remove; without it, list what would be removed
  --mock a,b       mocks of these services; may be repeated
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
  const only = namesOf('services', values.services);
  const mock = namesOf('mock', values.mock?.join(','));
  return {
    stage,
    region: values.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    ...(only !== undefined && { only }),
    ...(mock !== undefined && { mock }),
    limit,
    json: values.json ?? false,
    changed: values.changed ?? false,
    yes: values.yes ?? false,
  };
}

function namesOf(option: string, text: string | undefined): string[] | undefined {
  const names = text?.split(',').filter((name) => name !== '');
  if (names?.length === 0) throw new DeployError(`--${option} takes the names of services, with commas between them.`);
  return names;
}

/** Options that not every command has. */
const OWN = ['changed', 'mock', 'yes'] as const;
const OWN_OF: Readonly<Record<Command, readonly string[]>> = {
  deploy: ['changed', 'mock'],
  remove: ['mock', 'yes'],
  package: [],
};

function parse(command: Command, args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        stage: { type: 'string' },
        region: { type: 'string' },
        services: { type: 'string' },
        mock: { type: 'string', multiple: true },
        limit: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        changed: { type: 'boolean' },
        yes: { type: 'boolean' },
      },
    });
    for (const name of OWN) {
      if (values[name] && !OWN_OF[command].includes(name)) throw new Error(`Unknown option '--${name}'`);
    }
    return values;
  } catch (error) {
    throw new DeployError(`${(error as Error).message}\n\n${HELP[command]}`, { cause: error });
  }
}
