import { errorPayload } from '@dure/lambda-runtime';
import type { InvokeResult } from '../../../shared/types.ts';
import type { AsyncFunction } from './async-invocations.ts';

/** Why an asynchronous invocation ended. */
export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

export interface EndedInvocation {
  readonly target: AsyncFunction;
  readonly requestId: string;
  readonly payload: unknown;
  readonly condition: Condition;
  readonly attempts: number;
  /** Of the last attempt; undefined where the function was never called. */
  readonly result: InvokeResult | undefined;
}

/**
 * What a destination is sent.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations
 */
export function invocationRecord({ target, requestId, payload, condition, attempts, result }: EndedInvocation): object {
  const { arn: functionArn, version: executedVersion } = target;
  const failed = result?.ok === false ? { functionError: 'Unhandled' } : {};
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: { requestId, functionArn, condition, approximateInvokeCount: attempts },
    requestPayload: payload,
    ...(result !== undefined && {
      responseContext: { statusCode: 200, executedVersion, ...failed },
      responsePayload: result.ok ? result.payload : errorPayload(result),
    }),
  };
}
