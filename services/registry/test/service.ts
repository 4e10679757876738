import { createHash, randomUUID } from 'node:crypto';
import { hashOf, type Schema } from '@dure/compatibility';
import type { Manifest } from '@dure/contracts/registry';
import { startTestAws } from '@dure/testing/aws';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';

/** The service as Lambda loads it, on its own table, and with a Parameter Store. */

const { tableName } = await createTestTable();
const { ssm, queues } = await startTestAws();
Object.assign(process.env, {
  TABLE_NAME: tableName,
  SERVICE_NAME: 'registry',
  STAGE: 'test',
  NOTICE_DAYS: '30',
  PRODUCTION_STAGES: 'prod,live1',
  LOG_LEVEL: 'error',
});
const { handler: rest } = await import('../src/http/index.ts');
const { handler: stagesApi } = await import('../src/http/stages-api.ts');
const { handler: verdictApi } = await import('../src/http/verdict-api.ts');
const composition = await import('../src/composition.ts');

/** As API Gateway sends each path to the function that serves it. */
const api = (...[event, context]: Parameters<typeof rest>): ReturnType<typeof rest> => {
  const [, resource] = event.resource.split('/').slice(1);
  const registers = resource === 'releases' && ['POST', 'PUT'].includes(event.httpMethod);
  if (
    registers ||
    event.resource.endsWith('/drift') ||
    ['can-deploy', 'overrides', 'test-failures'].includes(resource ?? '')
  ) {
    return verdictApi(event, context);
  }
  return resource === 'stages' || resource === 'changes' ? stagesApi(event, context) : rest(event, context);
};

export { api, composition, queues, ssm, tableName };

/** What was committed to be published of a subject, oldest first. */
export const published = (subject: string) => outboxOf(composition.table.client, tableName, subject);

export const newStage = (): string => `s${randomUUID().replaceAll('-', '').slice(0, 15)}`;
export const newService = (name = 'shop'): string => `${name}-${randomUUID().slice(0, 8)}`;
export const newDigest = (): string => createHash('sha256').update(randomUUID()).digest('hex');

export const object = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
});

interface Provides {
  readonly kind?: 'event' | 'command' | 'endpoint';
  readonly major?: number;
  readonly schema: Schema;
}
interface Requires extends Provides {
  readonly fields?: readonly string[];
}

const USE = { event: 'reads', command: 'sends', endpoint: 'calls' } as const;

/** A manifest of contracts by name: `{ 'Placed': { schema } }`, `{ 'orders/Placed': { schema, fields } }`. */
export function manifestOf(
  service: string,
  provides: Readonly<Record<string, Provides>>,
  requires: Readonly<Record<string, Requires>> = {},
): Manifest {
  const schemas = [...Object.values(provides), ...Object.values(requires)].map(({ schema }) => schema);
  return {
    service,
    major: 1,
    owner: { name: `Team ${service}` },
    commit: 'abc1234',
    digest: newDigest(),
    provides: Object.entries(provides).map(([name, { kind = 'event', major = 1, schema }]) => ({
      ...{ contract: `${service}/${name}`, major, kind, schema: hashOf(schema) },
    })),
    requires: Object.entries(requires).map(([contract, { kind = 'event', major = 1, schema, fields = ['*'] }]) => ({
      ...{ contract, major, kind, use: USE[kind], fields: [...fields], schema: hashOf(schema) },
    })),
    schemas: Object.fromEntries(schemas.map((schema) => [hashOf(schema), schema])),
  };
}

export const get = (resource: string, params = {}, query = {}, headers = {}) =>
  call(api, { resource: `/v1${resource}`, params, query, headers });

export const register = (manifest: unknown, headers = {}) =>
  call(api, { method: 'POST', resource: '/v1/releases', body: manifest, headers });

/** Registers, and returns the label. */
export async function labelOf(manifest: Manifest): Promise<string> {
  const { status, body } = await register(manifest);
  if (status >= 300) throw new Error(JSON.stringify(body));
  return String(body['label']);
}

interface Release {
  readonly service: string;
  readonly label: string;
}

export const canDeploy = async (stage: string, ...releases: readonly (Release & { digest?: string })[]) =>
  (await call(api, { method: 'POST', resource: '/v1/can-deploy', body: { stage, releases } }))
    .body as unknown as Verdict;

export interface Verdict {
  readonly answer: string;
  readonly token: number;
  readonly blockers: readonly { code: string; contract: string; at?: string; consumer?: Release; provider?: Release }[];
  readonly warnings: Verdict['blockers'];
  readonly overridden: readonly { code: string; override: { id: string; who: string; why: string } }[];
  readonly order?: readonly string[];
  readonly cycle?: readonly string[];
}

export const record = (stage: string, release: Release, token: number, body: object = { state: 'live' }) =>
  call(api, {
    method: 'PUT',
    resource: '/v1/stages/{stage}/deployments/{service}/{label}',
    params: { stage, ...release },
    headers: { 'If-Match': `"${token}"` },
    body,
  });

/** Registers releases and records them as live, the first ones of a new stage as its bootstrap. */
export async function stageWith(...manifests: readonly Manifest[]): Promise<string> {
  const stage = newStage();
  let token = 0;
  for (const manifest of manifests) {
    const release = { service: manifest.service, label: await labelOf(manifest) };
    token = await live(stage, release, token, true);
  }
  return stage;
}

/** Records a release as live; returns the token after it. */
export async function live(stage: string, release: Release, token: number, bootstrap = false): Promise<number> {
  const { status, body } = await record(stage, release, token, { state: 'live', bootstrap });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return Number(body['token']);
}
