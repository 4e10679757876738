const CONNECTED_WITHIN_MS = 1_000;

/**
 * The `requestHandler` of every SDK client: a second for a connection, `milliseconds` for the answer, for each attempt.
 * Without `throwOnRequestTimeout` the SDK only writes a warning and goes on waiting. What is thrown is a `TimeoutError`,
 * which the SDK tries again as often as `maxAttempts` allows; the request may have been carried out.
 * Source: https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/Interface/NodeHttpHandlerOptions/
 */
export function answerWithin(milliseconds: number) {
  return {
    connectionTimeout: CONNECTED_WITHIN_MS,
    requestTimeout: milliseconds,
    throwOnRequestTimeout: true,
  } as const;
}
