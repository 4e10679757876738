import { join } from 'node:path';
import { resolveValue } from '../services/cloudformation/resolver.ts';
import type { Iam } from '../services/iam/index.ts';
import type { Lambda } from '../services/lambda/pool/index.ts';
import type { Service } from './service.ts';
import { splitHandler } from './split-handler.ts';
import { ACCOUNT_ID, REGION } from '../shared/aws-environment.ts';
import type { FunctionDefinition, Serverless } from './serverless.ts';
import type { ServiceStack } from './stacks.ts';

/** The framework's and Lambda's defaults. */
const DEFAULT_TIMEOUT_SECONDS = 6;
const DEFAULT_MEMORY_MB = 1024;

interface Runtime {
  readonly lambda: Lambda;
  readonly iam: Iam;
  readonly outdir: string;
  /** The AWS settings that every function gets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Makes the service's functions known to Lambda, their environment resolved against the service's resources. */
export function registerFunctions(
  service: Service,
  stack: ServiceStack,
  { lambda, iam, outdir, environment }: Runtime,
): void {
  const { provider, functions } = service.serverless!.service;
  const folder = service.bundle === undefined ? service.folder : join(outdir, service.name);
  for (const [key, definition] of Object.entries(functions)) {
    const { module, exported } = splitHandler(definition.handler);
    const memoryMegabytes = definition.memorySize ?? provider.memorySize ?? DEFAULT_MEMORY_MB;
    const roleArn = roleArnOf(definition, stack);
    const resolved = resolveEnvironment(key, { ...provider.environment, ...definition.environment }, stack);
    definition.environment = resolved;
    lambda.register({
      name: definition.name,
      arn: arnOf(definition),
      service: service.name,
      key,
      modulePath: join(folder, module),
      handler: exported,
      timeoutSeconds: definition.timeout ?? provider.timeout ?? DEFAULT_TIMEOUT_SECONDS,
      memoryMegabytes,
      environment: {
        ...environment,
        ...runtimeEnvironment(definition, memoryMegabytes),
        ...(roleArn !== undefined && {
          AWS_SESSION_TOKEN: iam.sessionToken({ roleArn, sessionName: definition.name }),
        }),
        ...resolved,
      },
    });
  }
  provider.environment = {};
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
    const text = resolveValue(value, stack.scope);
    if (text === undefined || text === null) continue;
    if (typeof text === 'object') {
      throw new TypeError(`functions.${key}.environment.${name}: ${JSON.stringify(text)} is not text.`);
    }
    resolved[name] = String(text);
  }
  return resolved;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function runtimeEnvironment({ name, handler }: FunctionDefinition, memoryMegabytes: number): Record<string, string> {
  return {
    _HANDLER: handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    TZ: ':UTC',
    ...(process.env['NODE_COMPILE_CACHE'] !== undefined && { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }),
  };
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
