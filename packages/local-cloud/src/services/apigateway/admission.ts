import { own } from '@dure/local-http/own-property';
import type { ApiKey, UsagePlan } from './documents.ts';
import type { Exchange } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import { dayOf, usedInPeriod } from './quota.ts';
import { settingOf } from './stage-settings.ts';
import type { Store } from './store.ts';
import type { TokenBuckets } from './token-bucket.ts';

/**
 * Lets a call in by its API key, its usage plan's and its stage's limits, and counts it.
 * @throws GatewayError INVALID_API_KEY, THROTTLED or QUOTA_EXCEEDED
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function admit(exchange: Exchange, store: Store, buckets: TokenBuckets, now: () => number): void {
  if (exchange.method!.apiKeyRequired) identifyKey(exchange, store);
  throttle(exchange, buckets);
  const { usagePlan, apiKey } = exchange;
  if (usagePlan === undefined || apiKey === undefined) return;
  const { quota } = usagePlan;
  if (quota !== undefined && usedInPeriod(store.usage, usagePlan.id, apiKey.id, quota, now()) >= quota.limit) {
    throw new GatewayError('QUOTA_EXCEEDED', 'LimitExceededException', 'Limit Exceeded');
  }
  store.usage.add(usagePlan.id, apiKey.id, dayOf(now()));
}

/** The key has to be enabled, and in a usage plan that has the stage. */
function identifyKey(exchange: Exchange, store: Store): void {
  const { apiKeySource } = exchange.snapshot.api;
  const value =
    apiKeySource === 'AUTHORIZER'
      ? exchange.authorization?.usageIdentifierKey
      : exchange.request.headers.get('x-api-key')?.at(-1);
  const apiKey = store.apiKeys.list().find((key) => key.enabled && key.value === value);
  const usagePlan = apiKey === undefined ? undefined : planOf(apiKey, exchange, store);
  if (apiKey === undefined || usagePlan === undefined) {
    throw new GatewayError('INVALID_API_KEY', 'ForbiddenException', 'Forbidden');
  }
  Object.assign(exchange, { apiKey, usagePlan });
}

function planOf(key: ApiKey, { apiId, stage }: Exchange, store: Store): UsagePlan | undefined {
  return store.usagePlans
    .list()
    .find(
      ({ id, apiStages }) =>
        apiStages.some((at) => at.apiId === apiId && at.stage === stage.stageName) &&
        store.usagePlanKeys.get(key.id, id) !== undefined,
    );
}

/** First the client's own limits, of the method or of the plan; then those of the stage's method for all clients. */
function throttle(exchange: Exchange, buckets: TokenBuckets): void {
  const { apiId, stage, resourcePath = '', request, usagePlan, apiKey } = exchange;
  const method = `${resourcePath}/${request.method}`;
  const where = `${apiId}/${stage.stageName}`;
  if (usagePlan !== undefined) {
    const apiStage = usagePlan.apiStages.find((at) => at.apiId === apiId && at.stage === stage.stageName);
    const ofMethod = apiStage && own(apiStage.throttle, method);
    const client = `${usagePlan.id}/${apiKey?.id}`;
    if (ofMethod !== undefined) take(buckets, `${client}/${where}${method}`, ofMethod);
    else if (usagePlan.throttle !== undefined) take(buckets, client, usagePlan.throttle);
  }
  const { throttlingRateLimit: rateLimit = -1, throttlingBurstLimit: burstLimit = -1 } = settingOf(
    stage,
    resourcePath,
    request.method,
  );
  take(buckets, `${where}${method}`, { rateLimit, burstLimit });
}

function take(buckets: TokenBuckets, key: string, settings: { rateLimit: number; burstLimit: number }): void {
  if (!buckets.take(key, settings))
    throw new GatewayError('THROTTLED', 'TooManyRequestsException', 'Too Many Requests');
}
