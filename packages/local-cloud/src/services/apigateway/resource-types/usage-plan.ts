import { randomBytes } from 'node:crypto';
import type { ApiKey, ApiStage, QuotaSettings, ThrottleSettings, UsagePlan } from '../documents.ts';
import type { ApiGatewayResourceType } from '../index.ts';
import { badRequest, notFound, read, type Reader } from '../reader.ts';
import { newId, type Store } from '../store.ts';
import { conflict, define, readTags, type ResourceContext } from './define.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html (20 to 128 characters) */
const KEY_VALUE = /^[\x21-\x7e]{20,128}$/;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-apikey.html */
export function apiKeyType(context: ResourceContext): ApiGatewayResourceType {
  const { store } = context;
  return define({
    type: 'AWS::ApiGateway::ApiKey',
    replacing: ['Name', 'Value', 'GenerateDistinctId'],
    save(reader, ref) {
      const given = {
        name: reader.text('Name') ?? `key-${newId()}`,
        value: reader.text('Value'),
        description: reader.text('Description'),
        customerId: reader.text('CustomerId'),
        enabled: reader.flag('Enabled'),
        tags: readTags(reader),
      };
      // A key's stages are those of its plans; these are what there was before usage plans.
      reader.accept('StageKeys', 'GenerateDistinctId');
      reader.done();
      const { id } = saveApiKey(context, given, ref);
      return { ref: id, attributes: { APIKeyId: id } };
    },
    remove: (id) => removeApiKey(store, id),
  });
}

type NewApiKey = Omit<ApiKey, 'id' | 'createdDate' | 'lastUpdatedDate' | 'value'> & {
  readonly value?: string | undefined;
};

/** Makes a key, with a value of its own unless one is given, or changes the one called `id`. */
export function saveApiKey({ store, now }: ResourceContext, given: NewApiKey, id = newId()): ApiKey {
  const existing = store.apiKeys.get(id);
  const value = given.value ?? existing?.value ?? randomBytes(30).toString('base64url');
  if (!KEY_VALUE.test(value)) throw badRequest('The API key value has to have 20 to 128 visible ASCII characters.');
  if (store.apiKeys.list().some((other) => other.id !== id && other.value === value)) {
    throw conflict('API Key already exists');
  }
  const key: ApiKey = { ...given, id, value, createdDate: existing?.createdDate ?? now(), lastUpdatedDate: now() };
  store.apiKeys.put(id, key);
  return key;
}

export function removeApiKey(store: Store, id: string): void {
  store.apiKeys.delete(id);
  for (const plan of store.usagePlans.list()) store.usagePlanKeys.delete(id, plan.id);
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplan.html */
export function usagePlanType({ store }: ResourceContext): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGateway::UsagePlan',
    replacing: [],
    save(reader, ref) {
      const id = ref ?? newId(6);
      const throttle = reader.inner('Throttle');
      const quota = reader.inner('Quota');
      const plan: UsagePlan = {
        id,
        name: reader.text('UsagePlanName') ?? `plan-${id}`,
        description: reader.text('Description'),
        apiStages: reader.records('ApiStages').map((apiStage) => readApiStage(read('ApiStages', apiStage), store)),
        throttle: throttle === undefined ? undefined : readThrottle(throttle),
        quota: quota === undefined ? undefined : readQuota(quota),
        tags: readTags(reader),
      };
      reader.done();
      store.usagePlans.put(id, plan);
      return { ref: id, attributes: { Id: id } };
    },
    remove(id) {
      store.usagePlanKeys.deleteAll(id);
      store.usagePlans.delete(id);
    },
  });
}

function readApiStage(reader: Reader, store: Store): ApiStage {
  const apiId = reader.required('ApiId');
  const stage = reader.required('Stage');
  if (store.stages.get(stage, apiId) === undefined) throw notFound(`API Stage not found: ${apiId}:${stage}`);
  const throttle = Object.entries(reader.record('Throttle') ?? {}).map(([method, settings]) => {
    return [method, readThrottle(read(`ApiStages.Throttle ${method}`, settings as Record<string, unknown>))] as const;
  });
  reader.done();
  return { apiId, stage, throttle: Object.fromEntries(throttle) };
}

function readThrottle(reader: Reader): ThrottleSettings {
  const throttle = { rateLimit: reader.number('RateLimit') ?? -1, burstLimit: reader.number('BurstLimit') ?? -1 };
  reader.done();
  return throttle;
}

function readQuota(reader: Reader): QuotaSettings {
  const limit = reader.number('Limit') ?? 0;
  const offset = reader.number('Offset') ?? 0;
  const period = reader.required('Period');
  reader.done();
  return checkQuota({ limit, offset, period });
}

/** @throws AwsError BadRequestException */
export function checkQuota({
  limit,
  offset,
  period,
}: {
  limit: number;
  offset: number;
  period: string;
}): QuotaSettings {
  if (period !== 'DAY' && period !== 'WEEK' && period !== 'MONTH') {
    throw badRequest(`A quota's period is DAY, WEEK or MONTH, not ${period}.`);
  }
  const days = { DAY: 1, WEEK: 7, MONTH: 28 }[period];
  if (offset < 0 || offset >= days) throw badRequest(`Usage Plan quota offset must be 0 to ${days - 1} for ${period}.`);
  if (!Number.isInteger(limit) || limit < 1) throw badRequest('Usage Plan quota limit must be a whole number above 0.');
  return { limit, offset, period };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplankey.html */
export function usagePlanKeyType({ store }: ResourceContext): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGateway::UsagePlanKey',
    replacing: ['KeyId', 'KeyType', 'UsagePlanId'],
    save(reader, ref) {
      const keyId = reader.required('KeyId');
      const planId = reader.required('UsagePlanId');
      const keyType = reader.required('KeyType');
      reader.done();
      if (ref === undefined) addUsagePlanKey(store, { keyId, planId, keyType });
      return { ref: `${keyId}:${planId}`, attributes: { Id: `${keyId}:${planId}` } };
    },
    remove(ref) {
      const [keyId = '', planId] = ref.split(':');
      store.usagePlanKeys.delete(keyId, planId);
    },
  });
}

/** @throws AwsError if the plan or the key is not there, or is joined already */
export function addUsagePlanKey(store: Store, join: { keyId: string; planId: string; keyType: string }): ApiKey {
  const { keyId, planId, keyType } = join;
  if (keyType !== 'API_KEY') throw badRequest(`The key type ${keyType} is not supported. API_KEY is.`);
  const plan = store.usagePlans.get(planId);
  const key = store.apiKeys.get(keyId);
  if (plan === undefined) throw notFound('Invalid Usage Plan ID specified');
  if (key === undefined) throw notFound('Invalid API Key identifier specified');
  if (store.usagePlanKeys.get(keyId, planId) !== undefined) {
    throw conflict(`Usage Plan ${planId} cannot be added because API Key ${keyId} has it already`);
  }
  const taken = otherPlansOf(store, keyId).flatMap(({ apiStages }) => apiStages);
  const twice = plan.apiStages.find(({ apiId, stage }) => taken.some((at) => at.apiId === apiId && at.stage === stage));
  if (twice !== undefined) {
    throw conflict(`API Key ${keyId} cannot have more than one Usage Plan for ${twice.apiId}:${twice.stage}`);
  }
  store.usagePlanKeys.put(keyId, { keyId, planId }, planId);
  return key;
}

function otherPlansOf(store: Store, keyId: string): UsagePlan[] {
  return store.usagePlans.list().filter((plan) => store.usagePlanKeys.get(keyId, plan.id) !== undefined);
}
