import { isDeepStrictEqual } from 'node:util';
import type { Resources, Template } from '@dure/cloudformation/template';
import { deployedLast } from './deployed-last.ts';
import { lambdaLogicalId } from './functions.ts';
import { compileS3Events } from './s3-events.ts';
import type { FunctionDefinition, Plugin, Serverless } from './serverless.ts';

const COMPILE_FUNCTIONS = 'package:compileFunctions';
const FINALIZE = 'package:finalize';
/** What the command `package` goes through. */
const LIFECYCLE = [
  'package:cleanup',
  'package:initialize',
  'package:setupProviderConfiguration',
  'package:createDeploymentArtifacts',
  'package:compileLayers',
  COMPILE_FUNCTIONS,
  'package:compileEvents',
  FINALIZE,
];
const FINAL_STEPS = [
  'addExportNameForOutputs',
  'mergeCustomProviderResources',
  'stripNullPropsFromTemplateResources',
].map((step) => `aws:package:finalize:${step}`);
/** The classes of the framework whose hooks are run: they turn events into resources and take in the service's own. */
const OWN_HOOKS: Readonly<Record<string, readonly string[]>> = {
  'package:compileEvents': [
    'AwsCompileApigEvents',
    'HttpApiEvents',
    'AwsCompileWebsockets',
    'AwsCompileScheduledEvents',
    'AwsCompileSQSEvents',
    'AwsCompileStreamEvents',
    'AwsCompileSNSEvents',
    'AwsCompileEventBridgeEvents',
  ],
  ...Object.fromEntries(FINAL_STEPS.map((step) => [step, ['AwsPackage']])),
};

/**
 * The service's CloudFormation template: its own resources, its plugins', and what the framework makes of the functions'
 * events. Plugins see the life cycle of the command `package`, with the functions in the template. What they change
 * of a function is put into effect. Access logs of APIs are left out: on AWS, the framework has them made by a function
 * of its own.
 */
export async function compileTemplate(serverless: Serverless): Promise<Template> {
  const { service } = serverless;
  for (const definition of Object.values(service.functions)) definition.role ??= commonRole(service.provider);
  const stubs = stubsOf(serverless);
  service.provider.compiledCloudFormationTemplate = { Resources: structuredClone(stubs), Outputs: {} };
  delete service.provider.logs;
  for (const event of LIFECYCLE) await spawn(serverless, event);
  const compiled = service.provider.compiledCloudFormationTemplate;
  takeOver(compiled, stubs, service.functions);
  const resources = Object.entries(compiled.Resources).filter(([id]) => !Object.hasOwn(stubs, id));
  return { ...compiled, Resources: deployedLast(Object.fromEntries(resources)) };
}

/** The hooks that a service's plugins have for deployments, which nothing runs: `after:deploy:deploy`. */
export function deploymentHooks({ pluginManager }: Serverless): string[] {
  const names = [...pluginManager.externalPlugins].flatMap(({ hooks = {} }) => Object.keys(hooks));
  return names.filter((name) => /(^|:)deploy:/.test(name));
}

async function spawn(serverless: Serverless, event: string): Promise<void> {
  const { pluginManager } = serverless;
  const runPlugins = async (name: string): Promise<void> => {
    for (const { hooks } of pluginManager.externalPlugins) await hooks?.[name]?.();
  };
  await runPlugins(`before:${event}`);
  if (event === COMPILE_FUNCTIONS) compileUrls(serverless);
  for (const className of OWN_HOOKS[event] ?? []) await findPlugin(serverless, className)?.hooks?.[event]?.();
  if (event === 'package:compileEvents') compileS3Events(serverless, findPlugin(serverless, 'AwsCompileS3Events'));
  if (event === FINALIZE) for (const step of FINAL_STEPS) await spawn(serverless, step);
  await runPlugins(event);
  await runPlugins(`after:${event}`);
}

/** The functions themselves are not compiled, which needs their archives; their URLs are. */
function compileUrls(serverless: Serverless): void {
  const compiler = findPlugin(serverless, 'AwsCompileFunctions');
  for (const key of Object.keys(serverless.service.functions)) compiler?.compileFunctionUrl?.(key);
}

/** A loaded plugin by its class's name, or undefined. */
function findPlugin(serverless: Serverless, className: string): Plugin | undefined {
  return serverless.pluginManager.getPlugins().find((plugin) => plugin.constructor.name === className);
}

const ROLE = 'IamRoleLambdaExecution';

/** The role that the provider names for all functions; undefined where the framework makes one. */
function commonRole({ role, iam }: Serverless['service']['provider']): unknown {
  const given = role ?? iam?.role;
  if (typeof given !== 'object' || given === null) return given;
  return Object.keys(given).every((key) => key === 'Ref' || key.startsWith('Fn::')) ? given : undefined;
}

/** The functions and their common role as the framework writes them, but for their code. */
function stubsOf({ service: { service, provider, functions } }: Serverless): Resources {
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] }],
      },
      Policies: [{ PolicyName: `${service}-lambda`, PolicyDocument: { Version: '2012-10-17', Statement: [] } }],
      Path: '/',
    },
  };
  const lambdas = Object.entries(functions).map(([key, definition]) => [
    lambdaLogicalId(key),
    { Type: 'AWS::Lambda::Function', Properties: propertiesOf(definition, provider) },
  ]);
  return { [ROLE]: role, ...Object.fromEntries(lambdas) };
}

function propertiesOf(definition: FunctionDefinition, provider: Serverless['service']['provider']): object {
  const { name, handler, runtime, timeout, memorySize, environment, role } = definition;
  const variables = { ...provider.environment, ...environment };
  const Role = typeof role === 'string' && !role.includes(':') ? { 'Fn::GetAtt': [role, 'Arn'] } : role;
  return {
    FunctionName: name,
    Handler: handler,
    Runtime: runtime ?? provider.runtime,
    Timeout: timeout ?? provider.timeout,
    MemorySize: memorySize ?? provider.memorySize,
    Role: Role ?? { 'Fn::GetAtt': [ROLE, 'Arn'] },
    ...(Object.keys(variables).length > 0 && { Environment: { Variables: variables } }),
  };
}

/** What has no effect here, wherever it is declared. */
const WITHOUT_EFFECT = [
  'Architectures',
  'Description',
  'KmsKeyArn',
  'LoggingConfig',
  'Tags',
  'TracingConfig',
  'VpcConfig',
];

/**
 * Takes over what plugins made of the functions in the template: another role, other variables.
 * @throws Error that names what is not carried out
 */
function takeOver(compiled: Template, stubs: Resources, functions: Record<string, FunctionDefinition>): void {
  for (const [key, definition] of Object.entries(functions)) {
    const id = lambdaLogicalId(key);
    const before = stubs[id]!.Properties!;
    const { Properties: after = {} } = compiled.Resources[id] ?? {};
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (isDeepStrictEqual(before[name], after[name]) || WITHOUT_EFFECT.includes(name)) continue;
      if (name === 'Role') definition.role = after[name];
      else if (name === 'Environment') definition.environment = variablesIn(after[name]);
      else
        throw new Error(`A plugin or an extension sets ${name} of the function ${key}, which has no effect locally.`);
    }
  }
}

const variablesIn = (environment: unknown): Record<string, unknown> =>
  (environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
