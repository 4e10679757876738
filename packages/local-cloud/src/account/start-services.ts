import { createApiGateway } from '../services/apigateway/index.ts';
import { createWebSocketApis } from '../services/apigateway-websocket/index.ts';
import { accessLogIn } from '../services/cloudwatch-logs/access-log.ts';
import { measureServed, measureStreams } from '../services/cloudwatch/measures.ts';
import type { LogStore } from '../shared/log-store.ts';
import type { Callers } from '../shared/doors/callers.ts';
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
    writeAccessLog: accessLogIn(store),
  };
  const webSocketApis = createWebSocketApis(gateway);
  onStop(() => webSocketApis.stop());
  const apiGateway = createApiGateway({
    ...gateway,
    callers: options.callers,
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
    },
  });
}
