import { createApiGateway, type ServedRequest } from '../services/apigateway/index.ts';
import { createWebSocketApis } from '../services/apigateway-websocket/index.ts';
import type { Dimensions } from '../services/cloudwatch/metric-store.ts';
import { measureStreams, type RecordValue } from '../services/cloudwatch/measures.ts';
import { recordOf, type LogStore } from '../shared/log-store.ts';
import type { Callers } from '../shared/http/access-rules.ts';
import type { CloudLog } from '../shared/types.ts';
import { createCloudFormation } from '../services/cloudformation/stacks/index.ts';
import type { Engine } from '../services/cloudformation/stacks/engine.ts';
import { openStackStore } from '../services/cloudformation/stacks/store.ts';
import type { Compute } from './compute.ts';
import { reachableApis } from './endpoint/execute-api.ts';
import type { Routes } from './endpoint/server.ts';
import { createEventSources } from './event-sources.ts';
import { configOf, createAsyncInvocations } from '../services/lambda/api/async-invocations.ts';
import { parseFunctionName } from '../services/lambda/api/function-name.ts';
import { createHandlers } from './resource-handlers.ts';
import { routesOf } from './routes.ts';
import { createLogs } from '../services/cloudwatch-logs/logs.ts';

export interface ServicesOptions extends Compute {
  readonly callers: Callers;
  /** URL by name. */
  readonly sandboxes: Readonly<Record<string, string>>;
  readonly url: string;
  readonly logs: LogStore;
  readonly log: CloudLog;
  onStop(cleanUp: () => Promise<void> | void): void;
}

/** Starts the services that this endpoint has of its own, and everything that stacks of an earlier run left at work. */
export async function startServices(options: ServicesOptions): Promise<Routes> {
  const { emulators, functions, code, faults, environment, url, logs: store, log, onStop } = options;
  const { database, sendToQueue, cloudWatch, cloud } = emulators;
  const { region, accountId } = cloud;
  const identity = { region, accountId, database, log };
  const { record } = cloudWatch;
  const recordDelivery = (): void => {};
  const asynchronous = createAsyncInvocations({ functions, sendToQueue, log, recordDelivery });
  onStop(() => asynchronous.stop());
  const eventSources = createEventSources({
    ...{ ...identity, emulators, recordDelivery },
    invokeLambda: measureStreams({ invoke: functions.invoke, find: parseFunctionName }, record).invoke,
    invokeConfig: (name) => configOf(functions, name),
  });
  onStop(() => eventSources.stop());
  const gateway = {
    ...identity,
    invokeLambda: functions.invoke,
    writeAccessLog: (arn: string, line: string) => store.write({ ...accessRecord(line), logGroup: groupOf(arn) }),
  };
  const webSocketApis = createWebSocketApis(gateway);
  onStop(() => webSocketApis.stop());
  const apiGateway = createApiGateway({
    ...gateway,
    onServed: (served) => measureServed(served, record),
  });
  const logs = createLogs({ ...identity, store });
  const stacks = openStackStore(database);
  const engine: Engine = {
    ...{ region, accountId, store: stacks, log },
    handlers: createHandlers({
      ...{ emulators, apiGateway, webSocketApis, functions, code, eventSources, logs, url },
    }),
    ssmParameter: emulators.ssm.get,
    reachable: reachableApis(url, region),
    changed: emulators.dynamodb.afterTablesChanged,
  };
  const cloudFormation = createCloudFormation(engine, emulators.s3.readObject);
  onStop(() => cloudFormation.settle());
  onStop(() => faults.end());
  await emulators.dynamodb.afterTablesChanged();
  await emulators.stepFunctions.start();
  emulators.eventBridge.start();
  eventSources.restore();
  return routesOf({
    ...{
      emulators,
      apiGateway,
      webSocketApis,
      functions,
      asynchronous,
      eventSources,
      cloudFormation,
      logs,
      url,
      environment,
      callers: options.callers,
      sandboxes: options.sandboxes,
    },
  });
}

const accessRecord = (line: string) => recordOf({ service: 'apigateway', function: 'access-log' }, 'stdout', line);

/** `arn:aws:logs:us-east-1:000000000000:log-group:/aws/x:*` → `/aws/x` */
const groupOf = (arn: string): string => (arn.split(':log-group:').at(-1) ?? '').replace(/:\*$/, '');

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
function measureServed(
  { apiName: ApiName, stage: Stage, status, latencyMs }: ServedRequest,
  record: RecordValue,
): void {
  const sets: Dimensions[] = [{ ApiName }, { ApiName, Stage }];
  for (const dimensions of sets) {
    const metric = { namespace: 'AWS/ApiGateway', dimensions };
    record({ ...metric, name: 'Count', value: 1 });
    record({ ...metric, name: '4XXError', value: status >= 400 && status < 500 ? 1 : 0 });
    record({ ...metric, name: '5XXError', value: status >= 500 ? 1 : 0 });
    record({ ...metric, name: 'Latency', value: latencyMs });
  }
}
