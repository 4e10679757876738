import {
  checkRuntime,
  isPython,
  type Lambda,
  lambdaEnvironment,
  type Logging,
  loggingOf,
  type Shortcut,
} from '@dure/lambda-runtime';
import { resolveValue } from '@dure/cloudformation/resolver';
import type { Iam } from '../services/iam/index.ts';
import { layersOf } from './layers.ts';
import { taskRootOf } from './package-files.ts';
import { runtimeOf } from './runtime-of.ts';
import type { Service } from './service.ts';
import { ACCOUNT_ID, REGION } from '../shared/aws-environment.ts';
import type { FunctionDefinition, FunctionLogs, Serverless } from './serverless.ts';
import type { ServiceStack } from './stacks.ts';

/** The framework's and Lambda's defaults. */
const DEFAULT_TIMEOUT_SECONDS = 6;
const DEFAULT_MEMORY_MB = 1024;
/** Of functions that no template gives a role: no policy judges them. */
const UNRESTRICTED_ROLE = 'dure-local';

interface Runtime {
  readonly lambda: Lambda;
  readonly iam: Iam;
  readonly outdir: string;
  /** The AWS settings that every function gets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly shortcut?: Shortcut;
}

/** Makes the service's functions known to Lambda, their environment resolved against the service's resources. */
export function registerFunctions(
  service: Service,
  stack: ServiceStack,
  { lambda, iam, outdir, environment, shortcut }: Runtime,
): void {
  const { provider, functions } = service.serverless!.service;
  const mapStacks = service.bundle?.options.sourcemap !== false && service.bundle !== undefined;
  for (const [key, definition] of Object.entries(functions)) {
    const { name, handler } = definition;
    const runtime = runtimeOf(definition, provider);
    // Only what esbuild makes is in a folder of its own.
    const isBundled = service.bundle !== undefined && !isPython(runtime);
    const config = {
      ...{ name, key, handler, mapStacks },
      arn: arnOf(definition),
      service: service.name,
      runtime,
      taskRoot: isBundled ? taskRootOf(outdir, service.serverless!, key) : service.folder,
      timeoutSeconds: definition.timeout ?? provider.timeout ?? DEFAULT_TIMEOUT_SECONDS,
      memoryMegabytes: definition.memorySize ?? provider.memorySize ?? DEFAULT_MEMORY_MB,
      logging: loggingOfFunction(key, definition, service.logs, stack),
      layers: layersOf(key, definition, service.serverless!),
      ...(service.inspected && { inspected: true }),
      ...(shortcut !== undefined && { shortcut }),
    };
    checkFunction(key, config.runtime, definition);
    const resolved = resolveEnvironment(key, { ...provider.environment, ...definition.environment }, stack);
    definition.environment = resolved;
    const { defaults, reserved } = lambdaEnvironment(config);
    const roleArn = roleArnOf(definition, stack) ?? `arn:aws:iam::${ACCOUNT_ID}:role/${UNRESTRICTED_ROLE}`;
    lambda.register({
      ...config,
      environment: {
        ...defaults,
        ...environment,
        // What the front door has before the stage, for links. An event says nothing of it, as on AWS.
        DURE_PATH_PREFIX: `/${encodeURIComponent(service.name)}`,
        AWS_SESSION_TOKEN: iam.sessionToken({ roleArn, sessionName: name }),
        ...resolved,
        ...reserved,
      },
    });
    lambda.reserve(name, definition.reservedConcurrency);
  }
  provider.environment = {};
}

/** @throws TypeError for what does not run here */
function checkFunction(key: string, runtime: string, definition: FunctionDefinition): void {
  try {
    checkRuntime(runtime);
  } catch (error) {
    throw new TypeError(`functions.${key}.runtime: ${(error as Error).message}`, { cause: error });
  }
  const { reservedConcurrency: reserved } = definition;
  if (reserved !== undefined && !(Number.isInteger(reserved) && reserved >= 0)) {
    throw new TypeError(
      `functions.${key}.reservedConcurrency: ${JSON.stringify(reserved)} is not a whole number of 0 or more.`,
    );
  }
}

/** As the framework compiles `logs`. Source: https://www.serverless.com/framework/docs/providers/aws/guide/functions */
function loggingOfFunction(
  key: string,
  definition: FunctionDefinition,
  common: FunctionLogs | undefined,
  stack: ServiceStack,
): Logging {
  const { logFormat, logGroup, applicationLogLevel, systemLogLevel } = definition.logs ?? common ?? {};
  const given = {
    ...(logFormat !== undefined && { LogFormat: logFormat }),
    ...(logGroup !== undefined && { LogGroup: resolveValue(logGroup, stack.scope) }),
    ...(applicationLogLevel !== undefined && { ApplicationLogLevel: applicationLogLevel }),
    ...(systemLogLevel !== undefined && { SystemLogLevel: systemLogLevel }),
  };
  try {
    return loggingOf(definition.name, given);
  } catch (error) {
    throw new TypeError(`functions.${key}.logs: ${(error as Error).message}`, { cause: error });
  }
}

/** Undefined for a function that has no role of its own: it is not judged by one. */
function roleArnOf({ role }: FunctionDefinition, stack: ServiceStack): string | undefined {
  if (typeof role === 'string' && stack.template.Resources[role] !== undefined) {
    return String(stack.scope.getAtt(role, 'Arn'));
  }
  const resolved = role === undefined ? undefined : resolveValue(role, stack.scope);
  return typeof resolved === 'string' ? resolved : undefined;
}

function resolveEnvironment(
  key: string,
  environment: Record<string, unknown>,
  stack: ServiceStack,
): Record<string, string> {
  const resolved: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const text = inEnvironment(`functions.${key}.environment.${name}`, () => resolveValue(value, stack.scope));
    if (text === undefined || text === null) continue;
    if (typeof text === 'object') {
      throw new TypeError(`functions.${key}.environment.${name}: ${JSON.stringify(text)} is not text.`);
    }
    resolved[name] = String(text);
  }
  return resolved;
}

function inEnvironment(place: string, resolve: () => unknown): unknown {
  try {
    return resolve();
  } catch (error) {
    throw new TypeError(`${place}: ${(error as Error).message}`, { cause: error });
  }
}

/** ARN of the function behind the framework's logical id: `CommandsLambdaFunction`. */
export function functionArn({ service }: Serverless, logicalId: string): string | undefined {
  const found = Object.entries(service.functions).find(([key]) => lambdaLogicalId(key) === logicalId);
  return found === undefined ? undefined : arnOf(found[1]);
}

function arnOf({ name }: FunctionDefinition): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}`;
}

/** As the framework names it. Source: https://www.serverless.com/framework/docs/providers/aws/guide/resources */
export function lambdaLogicalId(key: string): string {
  const normalized = key.replace(/-/g, 'Dash').replace(/_/g, 'Underscore');
  return `${normalized.charAt(0).toUpperCase()}${normalized.slice(1)}LambdaFunction`;
}
