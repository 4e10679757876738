import { parseArgs } from 'node:util';
import { refusalOfStage } from '@dure/serverless-plugin/stage';
import { DeployError } from './deploy-error.ts';

export const COMMANDS = ['deploy', 'remove', 'package', 'can-deploy'] as const;
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
  /** Deploy and can-deploy: the releases are an urgent fix. */
  readonly urgent: boolean;
  /** Deploy and can-deploy: how long the registry may take, in milliseconds. */
  readonly deadlineMs: number;
}

const GATE = `  --urgent         say that the releases are an urgent fix
  --deadline N     how many seconds the registry may take (60)
`;
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
${GATE}
The registry is asked first, as by npm run can-deploy. Exits with 0, 1 after a failure or a no, 2 if it is unknown
whether something would break.
`,
  'can-deploy': `Usage: npm run can-deploy -- [SERVICE …] [options]

Asks the registry whether these services, by default all, may be deployed to a stage together: whom they would break, on
which field, and what to do. It packages them first, and changes nothing. The stage "local" is what npm start runs.
Exits with 0 for yes, 1 for no, and 2 if it is unknown.

${SHARED}${GATE}`,
  remove: `Usage: npm run remove -- --yes [options]

Removes the services from a stage, in the reverse order of serverless-compose.yml.

${SHARED}  --yes            remove; without it, list what would be removed
  --mock a,b       mocks of these services; may be repeated
`,
  package: `Usage: npm run package -- [options]

Packages the services, each into services/<name>/.serverless. Needs no account.

${SHARED}`,
};

const DEFAULT_LIMIT: Readonly<Record<Command, number>> = { deploy: 4, remove: 4, package: 2, 'can-deploy': 2 };

/**
 * @returns undefined when help is asked for
 * @throws DeployError that names the option that is unknown or wrong
 */
export function parseOptions(command: Command, args: readonly string[], env = process.env): Options | undefined {
  const { values, positionals } = parse(command, args);
  if (values.help) return undefined;
  const stage = values.stage ?? 'dev';
  // Stages deployed earlier under another name can still be removed.
  const refusal = command === 'remove' ? undefined : refusalOfStage(stage);
  if (refusal !== undefined) throw new DeployError(`--stage: ${refusal}`);
  if (stage === 'local' && (command === 'deploy' || command === 'remove')) {
    throw new DeployError('The stage "local" is what npm start runs. Deploy to another: --stage dev');
  }
  const limit = Number(values.limit ?? DEFAULT_LIMIT[command]);
  if (!Number.isInteger(limit) || limit < 1)
    throw new DeployError(`--limit takes a number from 1, not "${values.limit}".`);
  const deadline = Number(values.deadline ?? DEFAULT_DEADLINE);
  if (!(deadline > 0)) throw new DeployError(`--deadline takes seconds, not "${values.deadline}".`);
  const listed = namesOf('services', values.services);
  const only = positionals.length > 0 ? [...positionals, ...(listed ?? [])] : listed;
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
    urgent: values.urgent ?? false,
    deadlineMs: deadline * 1000,
  };
}

function namesOf(option: string, text: string | undefined): string[] | undefined {
  const names = text?.split(',').filter((name) => name !== '');
  if (names?.length === 0) throw new DeployError(`--${option} takes the names of services, with commas between them.`);
  return names;
}

const DEFAULT_DEADLINE = 60;

/** Options that not every command has. */
const OWN = ['changed', 'mock', 'yes', 'urgent', 'deadline'] as const;
const OWN_OF: Readonly<Record<Command, readonly string[]>> = {
  deploy: ['changed', 'mock', 'urgent', 'deadline'],
  remove: ['mock', 'yes'],
  package: [],
  'can-deploy': ['urgent', 'deadline'],
};

function parse(command: Command, args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: command === 'can-deploy',
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
        urgent: { type: 'boolean' },
        deadline: { type: 'string' },
      },
    });
    for (const name of OWN) {
      if (values[name] !== undefined && !OWN_OF[command].includes(name)) throw new Error(`Unknown option '--${name}'`);
    }
    return { values, positionals };
  } catch (error) {
    throw new DeployError(`${(error as Error).message}\n\n${HELP[command]}`, { cause: error });
  }
}
