import { join } from 'node:path';
import type { Callers } from '@dure/local-http/access-rules';
import { type Apis, type ApisOptions as ApisServices, createApis } from '../services/apis.ts';
import { accessLogIn } from '../services/cloudwatch-logs/access-log.ts';
import type { HandLine } from '../services/cloudwatch-logs/readers.ts';
import { measureServed, type RecordValue } from '../services/cloudwatch/measures.ts';
import type { LogStore } from '../shared/log-store.ts';
import type { CloudLog } from '../shared/types.ts';
import { openDatabase } from '../shared/sqlite.ts';
import { ACCOUNT_ID, REGION } from '../shared/aws-environment.ts';
import { lambdaLogicalId } from './functions.ts';
import type { Serverless } from './serverless.ts';
import type { ServiceStack } from './stacks.ts';

export interface ApisOptions {
  readonly dataDir: string;
  readonly invoke: ApisServices['invoke'];
  readonly invokeAsync: ApisServices['invokeAsync'];
  readonly states: ApisServices['states'];
  readonly iam: ApisServices['iam'];
  readonly callers: Callers;
  readonly logs: LogStore;
  readonly log: CloudLog;
  readonly record: RecordValue;
  readonly handLine: HandLine;
}

/** API Gateway for all services. APIs, their keys and what was used of quotas are kept in a file of the data folder. */
export function openApis({ dataDir, logs, record, handLine, ...options }: ApisOptions): Apis {
  const database = openDatabase(join(dataDir, 'apis.sqlite'));
  const apis = createApis({
    ...{ ...options, database, accountId: ACCOUNT_ID, region: REGION },
    explain: true,
    writeAccessLog: accessLogIn(logs, handLine),
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
export const routesOf = ({ restApis, httpApis }: Apis): ReadonlyMap<string, readonly string[]> =>
  new Map([...restApis.describe(), ...httpApis.describe()].map(({ id, routes }) => [id, routes]));

/** How many routes a mock answers, by the API's id. */
export const mocksOf = ({ restApis }: Apis): ReadonlyMap<string, number> =>
  new Map(restApis.describe().map(({ id, mocks }) => [id, mocks]));

/** The logical ids that the framework gives. */
const LOGICAL_IDS = { restApiId: 'ApiGatewayRestApi', httpApiId: 'HttpApi', webSocketApiId: 'WebsocketsApi' } as const;

/** Which APIs a service's stack has. */
export type ApiIds = Readonly<Partial<Record<keyof typeof LOGICAL_IDS, string>>>;

export function apiIdsOf({ template, scope }: ServiceStack): ApiIds {
  const found = Object.entries(LOGICAL_IDS).filter(([, logicalId]) => Object.hasOwn(template.Resources, logicalId));
  return Object.fromEntries(found.map(([kind, logicalId]) => [kind, String(scope.ref(logicalId))]));
}

/** Ids of the URLs of a service's functions, by the functions' names in serverless.yml. */
export function functionUrlsOf({ service }: Serverless, { template, scope }: ServiceStack): Record<string, string> {
  const found = Object.keys(service.functions).flatMap((key) => {
    const logicalId = `${lambdaLogicalId(key)}Url`;
    if (!Object.hasOwn(template.Resources, logicalId)) return [];
    return [[key, new URL(String(scope.getAtt(logicalId, 'FunctionUrl'))).hostname.split('.')[0]!]];
  });
  return Object.fromEntries(found) as Record<string, string>;
}
