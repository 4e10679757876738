import { resolveValue } from '@dure/cloudformation/resolver';
import { checkDestination, type InvokeConfig } from '../services/lambda/asynchronous/index.ts';
import { functionArn, lambdaLogicalId } from './functions.ts';
import type { FunctionDefinition, Serverless } from './serverless.ts';
import type { ServiceStack } from './stacks.ts';

/** How a function's asynchronous invocations are treated, by its name. */
export type InvokeConfigs = Map<string, InvokeConfig>;

/**
 * What serverless.yml says of it, with the destinations' ARNs resolved.
 * @throws TypeError for a destination that is none
 */
export function invokeConfigOf(
  definition: FunctionDefinition,
  { scope }: ServiceStack,
  serverless: Serverless,
): InvokeConfig {
  const { maximumRetryAttempts, maximumEventAge, destinations, onError } = definition;
  const arnOf = (given: unknown): string | undefined => {
    const resolved = resolveValue(given, scope);
    const value = typeof resolved === 'object' ? (resolved as { readonly arn?: unknown } | null)?.arn : resolved;
    if (value === undefined || value === null) return undefined;
    const own = functionArn(serverless, lambdaLogicalId(String(value)));
    const arn = own ?? String(value);
    checkDestination(arn);
    return arn;
  };
  const [onSuccess, onFailure] = [arnOf(destinations?.onSuccess), arnOf(destinations?.onFailure)];
  const deadLetterArn = arnOf(onError);
  return {
    ...(maximumRetryAttempts !== undefined && { maximumRetryAttempts }),
    ...(maximumEventAge !== undefined && { maximumEventAgeSeconds: maximumEventAge }),
    ...(onSuccess !== undefined && { onSuccess }),
    ...(onFailure !== undefined && { onFailure }),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
  };
}
