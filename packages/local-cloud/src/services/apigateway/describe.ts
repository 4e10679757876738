import type { ApiView, KeyUsage } from './index.ts';
import { mocksAmong, routesOf } from './missing-route.ts';
import { usedInPeriod } from './quota.ts';
import type { Store } from './store.ts';

/** APIs with their stages, and what each key used of them. */
export function describeApis(store: Store, time: number): ApiView[] {
  return store.restApis.list().map(({ id, name }) => ({
    id,
    name,
    stages: store.stages.list(id).map(({ stageName }) => stageName),
    routes: routesOf({ resources: store.resources.list(id), methods: store.methods.list(id) }),
    mocks: mocksAmong(store.methods.list(id)),
    usage: usageOf(store, id, time),
  }));
}

/** A plan without a quota is counted by day. */
function usageOf(store: Store, apiId: string, time: number): KeyUsage[] {
  const plans = store.usagePlans.list().filter(({ apiStages }) => apiStages.some((at) => at.apiId === apiId));
  return plans.flatMap((plan) =>
    store.usagePlanKeys.list(plan.id).map(({ keyId }) => ({
      plan: plan.name,
      key: keyId,
      keyName: store.apiKeys.get(keyId)?.name ?? keyId,
      keyValue: store.apiKeys.get(keyId)?.value ?? '',
      used: usedInPeriod(store.usage, plan.id, keyId, plan.quota ?? { period: 'DAY', offset: 0, limit: 0 }, time),
      limit: plan.quota?.limit,
      period: plan.quota?.period,
    })),
  );
}
