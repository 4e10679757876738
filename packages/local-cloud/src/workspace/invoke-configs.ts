import { resolveValue } from '../services/cloudformation/resolver.ts';
import type { InvokeConfig } from '../services/lambda/api/model.ts';
import type { FunctionDefinition } from './serverless.ts';
import type { ServiceStack } from './stacks.ts';

/** How a function's failed asynchronous invocations are treated, by its name. */
export type InvokeConfigs = Map<string, InvokeConfig>;

/** What serverless.yml says of it, with the destination's ARN resolved. */
export function invokeConfigOf(definition: FunctionDefinition, { scope }: ServiceStack): InvokeConfig {
  const { maximumRetryAttempts, destinations } = definition;
  const destination = resolveValue(destinations?.onFailure, scope);
  const onFailure =
    typeof destination === 'object' ? (destination as { readonly arn?: unknown } | null)?.arn : destination;
  return {
    ...(maximumRetryAttempts !== undefined && { maximumRetryAttempts }),
    ...(typeof onFailure === 'string' && { onFailure }),
  };
}
