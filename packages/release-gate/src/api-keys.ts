import {
  APIGatewayClient,
  type ApiKey,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  GetUsageCommand,
  paginateGetApiKeys,
  paginateGetUsagePlanKeys,
  paginateGetUsagePlans,
  type UsagePlan,
} from '@aws-sdk/client-api-gateway';
import { ReleaseError } from './release-error.ts';

/** Requests of a key to one service in one day. */
export interface DayOfUse {
  readonly service: string;
  /** `2026-11-21`, UTC. */
  readonly day: string;
  readonly used: number;
  readonly left: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * API keys of clients. A key is valid for every service of a stage, through the usage plans `dure-{stage}-{service}`.
 */
export interface ApiKeys {
  /** Returns the key's value. Creates the key if the client has none, and adds it to usage plans that lack it. */
  give(client: string): Promise<string>;
  /** The last days, including today, without days that had no request. */
  usage(client: string, days: number): Promise<DayOfUse[]>;
  take(client: string): Promise<void>;
  close(): void;
}

/**
 * Plans and keys are matched by exact name: a prefix for the stage `dev` would also match `dev-live`.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 * @param services names of the services that may have a usage plan in the stage
 */
export function openApiKeys(
  region: string,
  stage: string,
  services: readonly string[],
  gateway = new APIGatewayClient({ region }),
): ApiKeys {
  const prefix = `dure-${stage}-`;
  const planNames = new Set(services.map((service) => `${prefix}${service}`));
  const nameOf = (client: string) => `${prefix}client-${client}`;

  async function find(client: string): Promise<ApiKey | undefined> {
    const pages = paginateGetApiKeys({ client: gateway }, { nameQuery: nameOf(client), includeValues: true });
    for await (const { items = [] } of pages) {
      const found = items.find(({ name }) => name === nameOf(client));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async function needed(client: string): Promise<ApiKey> {
    const key = await find(client);
    if (key === undefined) throw new ReleaseError(`"${client}" has no API key in the stage ${stage}.`);
    return key;
  }

  async function plans(): Promise<UsagePlan[]> {
    const found: UsagePlan[] = [];
    for await (const { items = [] } of paginateGetUsagePlans({ client: gateway }, {})) {
      found.push(...items.filter(({ name = '' }) => planNames.has(name)));
    }
    if (found.length === 0) {
      throw new ReleaseError(`The stage ${stage} has no usage plan: npm run deploy -- --stage ${stage}`);
    }
    return found;
  }

  async function isIn(plan: UsagePlan, keyId: string): Promise<boolean> {
    for await (const { items = [] } of paginateGetUsagePlanKeys({ client: gateway }, { usagePlanId: plan.id })) {
      if (items.some(({ id }) => id === keyId)) return true;
    }
    return false;
  }

  return {
    async give(client) {
      const all = await plans();
      const description = `For ${client}`;
      const key =
        (await find(client)) ??
        (await gateway.send(new CreateApiKeyCommand({ name: nameOf(client), description, enabled: true })));
      for (const plan of all) {
        if (await isIn(plan, key.id ?? '')) continue;
        const entry = { usagePlanId: plan.id, keyId: key.id, keyType: 'API_KEY' };
        await gateway.send(new CreateUsagePlanKeyCommand(entry));
      }
      return key.value ?? '';
    },
    async usage(client, days) {
      const { id = '' } = await needed(client);
      const startDate = dayOf(Date.now() - (days - 1) * DAY_MS);
      const range = { keyId: id, startDate, endDate: dayOf(Date.now()) };
      const found: DayOfUse[] = [];
      for (const plan of await plans()) {
        const { items = {} } = await gateway.send(new GetUsageCommand({ usagePlanId: plan.id, ...range }));
        const service = plan.name?.slice(prefix.length) ?? '';
        for (const [index, [used = 0, left = 0]] of (items[id] ?? []).entries()) {
          if (used > 0) found.push({ service, day: dayOf(Date.parse(startDate) + index * DAY_MS), used, left });
        }
      }
      return found;
    },
    async take(client) {
      const { id } = await needed(client);
      await gateway.send(new DeleteApiKeyCommand({ apiKey: id }));
    },
    close: () => gateway.destroy(),
  };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
