import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cfVariable, ssmVariable } from './aws-variables.ts';

const require = createRequire(import.meta.url);

export type Configuration = Record<string, unknown>;

interface VariableRequest {
  readonly address?: string;
  readonly params?: readonly string[];
}

export interface VariableSource {
  resolve(request: VariableRequest): Promise<{ value: unknown }> | { value: unknown };
}

type LoadDotenv = (stage: string) => void;
type ReadConfiguration = (path: string) => Promise<Configuration>;
type ResolveVariables = (input: {
  serviceDir: string;
  configuration: Configuration;
  options: Record<string, string>;
  sources: Record<string, VariableSource>;
}) => Promise<void>;

const CLI = 'serverless/lib/configuration';
/** What a service's folder is known by, the first that exists, as the framework looks for them. */
export const CONFIGURATION_FILENAMES = ['yml', 'yaml', 'json', 'js', 'mjs', 'cjs', 'ts'].map(
  (end) => `serverless.${end}`,
);

export interface ConfigurationOptions {
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  /** Is given each SSM parameter and output that the configuration asks for: `ssm:/name`, `cf:stack.output`. */
  readonly asked?: Set<string>;
  /** Those that there are not, so that what a variable says instead is taken. */
  readonly missing?: ReadonlySet<string>;
}

/**
 * Reads a service's serverless.yml and resolves its `${…}` variables as the CLI does, with the local cloud in the
 * place of an AWS account: `${ssm:…}` and `${cf:…}` become dynamic references, which are resolved once the resources of
 * all services exist. Runs in the service's folder.
 * Source: https://www.serverless.com/framework/docs/guides/variables
 */
export async function readConfiguration(
  serviceDir: string,
  filename: string,
  options: ConfigurationOptions,
): Promise<Configuration> {
  const read = require(`${CLI}/read.js`) as ReadConfiguration;
  const loadDotenv = require('serverless/lib/cli/load-dotenv.js') as LoadDotenv;
  const resolve = require(`${CLI}/variables/index.js`) as ResolveVariables;
  const configuration = await read(join(serviceDir, filename));
  if (configuration['useDotenv'] === true) loadDotenv(options.stage);
  const cliOptions = { stage: options.stage, region: options.region };
  await resolve({ serviceDir, configuration, options: cliOptions, sources: sourcesFor(configuration, options) });
  return configuration;
}

function sourcesFor(configuration: Configuration, options: ConfigurationOptions): Record<string, VariableSource> {
  const source = (name: string) => require(`${CLI}/variables/sources/${name}.js`) as VariableSource;
  const dependent = (name: string) =>
    require(`${CLI}/variables/sources/instance-dependent/${name}.js`) as (instance?: object) => VariableSource;
  const instance = {
    configurationInput: configuration,
    processedInput: { options: { stage: options.stage } },
    instanceId: 'local',
    serviceDir: '',
  };
  return {
    env: source('env'),
    file: source('file'),
    opt: source('opt'),
    self: source('self'),
    strToBool: source('str-to-bool'),
    sls: dependent('get-sls')(instance),
    param: dependent('param')(instance),
    ssm: ssmVariable(options),
    aws: { resolve: ({ address = '' }) => ({ value: accountFact(address, options) }) },
    cf: cfVariable(options),
    s3: refused('s3', 'the value has to come from the repository or an SSM parameter'),
  };
}

function accountFact(address: string, options: ConfigurationOptions): string {
  if (address === 'accountId') return options.accountId;
  if (address === 'region') return options.region;
  throw new Error(`The variable "\${aws:${address}}" is not known; there are accountId and region.`);
}

function refused(name: string, reason: string): VariableSource {
  return {
    resolve({ address = '' }) {
      throw new Error(`The variable "\${${name}:${address}}" is not supported locally: ${reason}.`);
    },
  };
}
