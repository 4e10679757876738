import type { ApiKey, UsagePlan } from '../documents.ts';
import { usageByDay } from '../quota.ts';
import { badRequest, notFound, read } from '../reader.ts';
import type { ResourceContext } from '../resource-types/define.ts';
import { addUsagePlanKey, checkQuota } from '../resource-types/usage-plan.ts';
import {
  page,
  patchOperations,
  refusePatch,
  type ControlAnswer,
  type ControlCall,
  type ControlRoutes,
  type PatchOperation,
} from './route.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MAX_DAYS = 90;

export function usagePlanRoutes({ store }: ResourceContext): ControlRoutes {
  const find = ({ params }: ControlCall): UsagePlan => {
    const plan = store.usagePlans.get(params['usagePlanId'] ?? '');
    if (plan === undefined) throw notFound('Invalid Usage Plan ID specified');
    return plan;
  };
  const keysOf = (plan: UsagePlan): ApiKey[] =>
    store.usagePlanKeys
      .list(plan.id)
      .map(({ keyId }) => store.apiKeys.get(keyId))
      .filter((key) => key !== undefined);
  const findKey = (call: ControlCall): ApiKey => {
    const key = keysOf(find(call)).find(({ id }) => id === call.params['keyId']);
    if (key === undefined) throw notFound('Invalid Usage Plan key identifier specified');
    return key;
  };
  const requireStage = (plan: UsagePlan): void => {
    const gone = plan.apiStages.find(({ apiId, stage }) => store.stages.get(stage, apiId) === undefined);
    if (gone !== undefined) throw notFound(`API Stage not found: ${gone.apiId}:${gone.stage}`);
  };

  return {
    'GET /usageplans'(call) {
      const keyId = call.query.get('keyId');
      const has = ({ id }: UsagePlan): boolean => keyId === null || store.usagePlanKeys.get(keyId, id) !== undefined;
      return page(store.usagePlans.list().filter(has), call);
    },
    'GET /usageplans/{usagePlanId}': (call) => ({ body: find(call) }),
    'PATCH /usageplans/{usagePlanId}'(call) {
      const before = find(call);
      const plan = patchOperations(call).reduce(patch, before);
      if (plan.apiStages.length > before.apiStages.length) requireStage(plan);
      if (plan.quota !== undefined) checkQuota(plan.quota);
      store.usagePlans.put(plan.id, plan);
      return { body: plan };
    },
    'GET /usageplans/{usagePlanId}/keys': (call) => page(keysOf(find(call)).map(viewKey), call),
    'POST /usageplans/{usagePlanId}/keys'(call) {
      const reader = read('CreateUsagePlanKey', call.body);
      const join = { keyId: reader.required('keyId'), keyType: reader.required('keyType'), planId: find(call).id };
      reader.done();
      return { status: 201, body: viewKey(addUsagePlanKey(store, join)) };
    },
    'GET /usageplans/{usagePlanId}/keys/{keyId}': (call) => ({ body: viewKey(findKey(call)) }),
    'DELETE /usageplans/{usagePlanId}/keys/{keyId}'(call) {
      store.usagePlanKeys.delete(findKey(call).id, find(call).id);
      return { status: 202 };
    },
    'GET /usageplans/{usagePlanId}/usage'(call): ControlAnswer {
      const plan = find(call);
      const keyId = call.query.get('keyId');
      const [startDate, endDate] = datesOf(call);
      const keys = keysOf(plan).filter(({ id }) => keyId === null || id === keyId);
      const used = keys.map(({ id }) => {
        return [id, usageByDay(store.usage, { plan: plan.id, key: id, quota: plan.quota }, startDate, endDate)];
      });
      return { body: { usagePlanId: plan.id, startDate, endDate, values: Object.fromEntries(used) as object } };
    },
  };
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html */
function datesOf({ query }: ControlCall): [string, string] {
  const startDate = query.get('startDate') ?? '';
  const endDate = query.get('endDate') ?? '';
  const days = (Date.parse(endDate) - Date.parse(startDate)) / 86_400_000;
  if (!DAY.test(startDate) || !DAY.test(endDate) || !(days >= 0 && days <= MAX_DAYS)) {
    throw badRequest(`startDate and endDate have the form 2026-01-31, in order, at most ${MAX_DAYS} days apart.`);
  }
  return [startDate, endDate];
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateUsagePlan.html */
function patch(plan: UsagePlan, operation: PatchOperation): UsagePlan {
  const { op, path, value } = operation;
  if (path === '/apiStages' && op !== 'replace') return patchStages(plan, operation);
  if (op === 'remove') {
    if (path === '/throttle') return { ...plan, throttle: undefined };
    return path === '/quota' ? { ...plan, quota: undefined } : refusePatch(operation);
  }
  const [, group, field = ''] = /^\/(throttle|quota)\/(rateLimit|burstLimit|limit|offset|period)$/.exec(path) ?? [];
  if (group === 'throttle') {
    return { ...plan, throttle: { rateLimit: -1, burstLimit: -1, ...plan.throttle, [field]: numberOf(value) } };
  }
  if (group === 'quota') {
    const changed = field === 'period' ? value : numberOf(value);
    return { ...plan, quota: { limit: 0, offset: 0, period: 'DAY', ...plan.quota, [field]: changed } };
  }
  return path === '/name' || path === '/description' ? { ...plan, [path.slice(1)]: value } : refusePatch(operation);
}

/** The value is `{apiId}:{stage}`. */
function patchStages(plan: UsagePlan, { op, value }: PatchOperation): UsagePlan {
  const [apiId = '', stage = ''] = value.split(':');
  const others = plan.apiStages.filter((at) => at.apiId !== apiId || at.stage !== stage);
  if (op === 'add') return { ...plan, apiStages: [...others, { apiId, stage, throttle: {} }] };
  if (others.length === plan.apiStages.length) throw notFound(`API Stage not found: ${value}`);
  return { ...plan, apiStages: others };
}

function numberOf(value: string): number {
  const number = Number(value);
  if (value === '' || Number.isNaN(number))
    throw badRequest(`Invalid patch value specified: ${value}. It must be a number.`);
  return number;
}

function viewKey({ id, name, value }: ApiKey): object {
  return { id, type: 'API_KEY', name, value };
}
