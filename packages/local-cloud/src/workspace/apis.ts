import { join } from 'node:path';
import { type Apis, createApis } from '../services/apis.ts';
import { accessLogIn } from '../services/cloudwatch-logs/access-log.ts';
import { measureServed, type RecordValue } from '../services/cloudwatch/measures.ts';
import type { Callers } from '../shared/http/access-rules.ts';
import type { LogStore } from '../shared/log-store.ts';
import type { CloudLog, InvokeLambda } from '../shared/types.ts';
import { openDatabase } from '../shared/sqlite.ts';
import { ACCOUNT_ID, REGION } from '../shared/aws-environment.ts';
import type { ServiceStack } from './stacks.ts';

export interface ApisOptions {
  readonly dataDir: string;
  readonly invokeLambda: InvokeLambda;
  readonly callers: Callers;
  readonly logs: LogStore;
  readonly log: CloudLog;
  readonly record: RecordValue;
}

/** API Gateway for all services. APIs, their keys and what was used of quotas are kept in a file of the data folder. */
export function openApis({ dataDir, invokeLambda, callers, logs, log, record }: ApisOptions): Apis {
  const database = openDatabase(join(dataDir, 'apis.sqlite'));
  const apis = createApis({
    ...{ database, accountId: ACCOUNT_ID, region: REGION, invokeLambda, log, callers },
    explain: true,
    writeAccessLog: accessLogIn(logs),
    onServed: (served) => measureServed(served, record),
  });
  return {
    ...apis,
    async stop() {
      await apis.stop();
      database.close();
    },
  };
}

/** `GET /v1/orders`, by the API's id. */
export const routesOf = ({ restApis }: Apis): ReadonlyMap<string, readonly string[]> =>
  new Map(restApis.describe().map(({ id, routes }) => [id, routes]));

/** The logical ids that the framework gives. */
const REST_API = 'ApiGatewayRestApi';
const WEBSOCKET_API = 'WebsocketsApi';

export interface ApiIds {
  readonly restApiId?: string;
  readonly webSocketApiId?: string;
}

/** Which APIs a service's stack has. */
export function apiIdsOf({ template, scope }: ServiceStack): ApiIds {
  const [rest, webSocket] = [REST_API, WEBSOCKET_API].map((id) =>
    Object.hasOwn(template.Resources, id) ? String(scope.ref(id)) : undefined,
  );
  return {
    ...(rest !== undefined && { restApiId: rest }),
    ...(webSocket !== undefined && { webSocketApiId: webSocket }),
  };
}
