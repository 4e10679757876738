import { join } from 'node:path';
import type { Callers } from '@dure/local-http/access-rules';
import { type ApiGateway, type ApiGatewayResourceType, createApiGateway } from '../services/apigateway/index.ts';
import { createWebSocketApis, type WebSocketApis } from '../services/apigateway-websocket/index.ts';
import { accessLogIn } from '../services/cloudwatch-logs/access-log.ts';
import { measureServed, type RecordValue } from '../services/cloudwatch/measures.ts';
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

/** API Gateway, for all services. */
export interface Apis {
  readonly restApis: ApiGateway;
  readonly webSocketApis: WebSocketApis;
  /** Of both, by CloudFormation's names. */
  readonly resourceTypes: Readonly<Record<string, ApiGatewayResourceType>>;
  stop(): Promise<void>;
}

/** APIs, their keys and what was used of quotas are kept in a file of the data folder. */
export function createApis({ dataDir, invokeLambda, callers, logs, log, record }: ApisOptions): Apis {
  const database = openDatabase(join(dataDir, 'apis.sqlite'));
  const options = {
    ...{ database, accountId: ACCOUNT_ID, region: REGION, invokeLambda, log },
    writeAccessLog: accessLogIn(logs),
  };
  const restApis = createApiGateway({ ...options, callers, onServed: (served) => measureServed(served, record) });
  const webSocketApis = createWebSocketApis(options);
  return {
    restApis,
    webSocketApis,
    resourceTypes: { ...restApis.resourceTypes, ...webSocketApis.resourceTypes },
    async stop() {
      await webSocketApis.stop();
      database.close();
    },
  };
}

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
