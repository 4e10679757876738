import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readConfiguration } from '@dure/local-cloud/workspace/configuration';
import type { Template } from './template.ts';

const require = createRequire(import.meta.url);

/** Variables that query an account. No rule depends on their values. */
const ACCOUNT = { region: 'us-east-1', accountId: '123456789012' };
const FILENAME = 'serverless.yml';
/** It makes the archives, which exist already. */
const BUNDLER = 'serverless-esbuild';

/** Switches gradual deployment off for one deployment. */
const AT_ONCE = 'AllAtOnce';

/**
 * The framework's life-cycle events between reading serverless.yml and saving the template, without clean-up and
 * bundling.
 */
const LIFE_CYCLE = [
  ...['package:initialize', 'package:setupProviderConfiguration'],
  ...['package:compileLayers', 'package:compileFunctions', 'package:compileEvents'],
];
const FINALIZE = ['addExportNameForOutputs', 'mergeCustomProviderResources', 'stripNullPropsFromTemplateResources'];
const BEFORE_SAVING = 'before:aws:package:finalize:saveServiceState';

interface Serverless {
  readonly service: {
    readonly provider: {
      stage: string;
      readonly compiledCloudFormationTemplate: Template;
      readonly coreCloudFormationTemplate?: Template;
    };
    readonly custom?: { readonly dure?: { readonly canary?: Readonly<Record<string, string>> } };
    mergeArrays(): void;
    setFunctionNames(options: object): void;
    validate(): Promise<unknown>;
  };
  /** The output of the life cycle. */
  readonly utils: { writeFileSync: () => void };
  readonly pluginManager: {
    readonly hooks: Readonly<Record<string, { hook: () => Promise<void> | void }[] | undefined>>;
  };
  init(): Promise<void>;
}

type ServerlessConstructor = new (config: object) => Serverless;

/** A service's templates for a stage, with facts from its serverless.yml. */
export interface Resolved {
  readonly template: Template;
  /** The template of the first deployment, which creates the bucket for the archives. */
  readonly firstTemplate: Template;
  readonly functionNames: readonly string[];
  readonly canary: boolean;
}

/**
 * The template that `serverless package --stage …` would save, made in this process in a quarter of a second. The
 * archives are not bundled again, because they are the same for every stage. Changes the working directory to the
 * service's folder meanwhile.
 * @param archiveOf path of the archive of a function
 */
export async function resolveTemplate(
  folder: string,
  stage: string,
  archiveOf: (functionName: string) => string,
): Promise<Resolved> {
  const before = process.cwd();
  process.chdir(folder);
  try {
    const configuration = await readConfiguration(folder, FILENAME, { stage, ...ACCOUNT });
    const functions = configuration['functions'] as Record<string, { package?: object }>;
    for (const [name, config] of Object.entries(functions)) config.package = { artifact: archiveOf(name) };
    configuration['plugins'] = ((configuration['plugins'] ?? []) as string[]).filter((name) => name !== BUNDLER);
    const { service } = await compile(folder, stage, configuration);
    const { compiledCloudFormationTemplate, coreCloudFormationTemplate } = service.provider;
    return {
      template: plain(compiledCloudFormationTemplate),
      firstTemplate: plain(coreCloudFormationTemplate ?? { Resources: {} }),
      functionNames: Object.keys(functions),
      canary: (service.custom?.dure?.canary?.[stage] ?? AT_ONCE) !== AT_ONCE,
    };
  } finally {
    process.chdir(before);
  }
}

/** The names of a service's functions, without compiling. */
export async function functionNamesOf(folder: string): Promise<string[]> {
  const read = require('serverless/lib/configuration/read.js') as (path: string) => Promise<{ functions: object }>;
  return Object.keys((await read(join(folder, FILENAME))).functions);
}

/** As if read back from the file. */
function plain(template: Template): Template {
  return JSON.parse(JSON.stringify(template)) as Template;
}

async function compile(folder: string, stage: string, configuration: object): Promise<Serverless> {
  const Constructor = require('serverless/lib/serverless.js') as ServerlessConstructor;
  const serverless = new Constructor({
    configuration,
    serviceDir: folder,
    configurationFilename: FILENAME,
    commands: ['package'],
    options: { stage, region: ACCOUNT.region },
    variablesMeta: new Map(),
  });
  await serverless.init();
  // Keeps the packaged files unchanged.
  serverless.utils.writeFileSync = () => undefined;
  serverless.service.mergeArrays();
  serverless.service.setFunctionNames({ stage });
  serverless.service.provider.stage = stage;
  // It also turns each value into the type of its schema: the text of a schedule's `rate` into a list.
  await serverless.service.validate();
  const run = async (name: string) => {
    for (const { hook } of serverless.pluginManager.hooks[name] ?? []) await hook();
  };
  const around = async (name: string) => {
    for (const prefix of ['before:', '', 'after:']) await run(`${prefix}${name}`);
  };
  await run('initialize');
  for (const event of LIFE_CYCLE) await around(event);
  await run('before:package:finalize');
  for (const event of FINALIZE) await around(`aws:package:finalize:${event}`);
  await run(BEFORE_SAVING);
  return serverless;
}
