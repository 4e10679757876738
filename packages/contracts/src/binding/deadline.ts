/**
 * The `requestHandler` of every SDK client. Each attempt has a second for the connection and `milliseconds` for the
 * response. Without `throwOnRequestTimeout` the SDK only logs a warning and keeps waiting. It throws a `TimeoutError`,
 * after which the SDK retries as often as `maxAttempts` allows; the request may have been carried out.
 * Source: https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/Interface/NodeHttpHandlerOptions/
 *
 * @example
 * ```ts
 * import { SFNClient } from '@aws-sdk/client-sfn';
 * import { answerWithin } from '@dure/contracts/binding/deadline';
 *
 * export const client = new SFNClient({ maxAttempts: 3, requestHandler: answerWithin(5_000) });
 * ```
 */
export const answerWithin = (milliseconds: number) =>
  ({ connectionTimeout: 1_000, requestTimeout: milliseconds, throwOnRequestTimeout: true }) as const;
