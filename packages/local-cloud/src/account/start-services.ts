import type { Callers } from '@dure/local-http/access-rules';
import { createCloudFormation } from '@dure/cloudformation/stacks/index';
import type { Engine } from '@dure/cloudformation/stacks/engine';
import { randomName } from '@dure/cloudformation/stacks/random-name';
import { openStackStore } from '@dure/cloudformation/stacks/store';
import { createApis, reachableAddresses } from '../services/apis.ts';
import { accessLogIn } from '../services/cloudwatch-logs/access-log.ts';
import { measureServed, measureStreams } from '../services/cloudwatch/measures.ts';
import type { LogStore } from '../shared/log-store.ts';
import type { CloudLog } from '../shared/types.ts';
import { ACCOUNT_ID } from '../shared/aws-environment.ts';
import type { Compute } from './compute.ts';
import { createEventSources } from '../services/event-sources.ts';
import { lambdaResourceTypes } from '../services/lambda/resource-types/index.ts';
import { createResourceTypes } from '../services/resource-types.ts';
import { secretReferences } from '@dure/secrets-manager';
import { ssmReferences } from '../services/ssm/index.ts';
import { reachableQueues } from '../services/sqs/reachable-queues.ts';
import { toQueueOrDestination } from '../services/async-destinations.ts';
import { parseFunctionName } from '../services/lambda/api/function-name.ts';
import type { Region } from './regions.ts';
import { servicesOf } from './routes.ts';
import { createLogs } from '../services/cloudwatch-logs/logs.ts';
import { subscriptionFilterType } from '../services/cloudwatch-logs/subscription-filter-type.ts';

export interface ServicesOptions extends Compute {
  readonly region: string;
  readonly callers: Callers;
  readonly url: string;
  readonly logs: LogStore;
  readonly log: CloudLog;
  onStop(cleanUp: () => Promise<void> | void): void;
}

/** Starts the services that this endpoint has of its own, and everything that stacks of an earlier run left at work. */
export async function startServices(options: ServicesOptions): Promise<Region> {
  const {
    region,
    emulators,
    functions,
    logGroups,
    subscriptions,
    asynchronous,
    destinations,
    code,
    layerVersions,
    faults,
    url,
    logs: store,
    log,
    onStop,
  } = options;
  const { database, cloudWatch } = emulators;
  const accountId = ACCOUNT_ID;
  const identity = { region, accountId, database, log };
  const { record } = cloudWatch;
  const recordDelivery = (): void => {};
  const eventSources = createEventSources({
    ...{ ...emulators, ...identity, recordDelivery },
    invokeLambda: measureStreams({ invoke: functions.invoke, find: parseFunctionName }, record).invoke,
    sendToQueue: toQueueOrDestination(emulators, destinations),
    timeoutOf: (name) => functions.resolve(name).definition.latest.timeoutSeconds,
    roleOf: (name) => functions.store.find(parseFunctionName(name).name)?.latest.role,
  });
  onStop(() => eventSources.stop());
  const apis = createApis({
    ...identity,
    callers: options.callers,
    invoke: (arn, payload, more) => functions.invoke(arn, payload, undefined, more),
    invokeAsync: (arn, payload) => void asynchronous.accept(arn, payload),
    states: emulators.stepFunctions.handle,
    iam: emulators.iam,
    writeAccessLog: accessLogIn(store, options.handLine),
    onServed: (served) => measureServed(served, record),
  });
  onStop(() => apis.stop());
  const logs = createLogs({
    ...{ ...identity, groups: logGroups, store, subscriptions },
    metricFilters: cloudWatch.filters,
  });
  const stacks = openStackStore(database);
  const reachable = (text: string): string => reachableQueues(url, region)(reachableAddresses(url, region)(text));
  const engine: Engine = {
    ...{ region, accountId, store: stacks, log },
    resourceTypes: createResourceTypes(
      { ...emulators, ...identity, eventSources },
      lambdaResourceTypes({ functions, code, layerVersions, readObject: emulators.s3.readObject }),
      { ...logs.resourceTypes, 'AWS::Logs::SubscriptionFilter': subscriptionFilterType(subscriptions) },
      apis.resourceTypes,
    ),
    development: false,
    generateName: randomName,
    dynamicReferences: { ...ssmReferences(emulators.ssm), ...secretReferences(emulators.secretsManager) },
    reachable,
  };
  const cloudFormation = createCloudFormation(engine, emulators.s3.readObject);
  onStop(() => cloudFormation.settle());
  onStop(() => faults.end());
  await emulators.stepFunctions.start();
  emulators.eventBridge.start();
  emulators.scheduler.start();
  await cloudFormation.resume();
  eventSources.start();
  const parts = { emulators, apis, functions, asynchronous, eventSources, cloudFormation, logs };
  const services = servicesOf({ ...parts, reachable });
  return {
    services,
    apis,
    functions,
    s3: emulators.s3,
    certificateAt: emulators.sns.certificateAt,
    stacks: cloudFormation.stacks,
  };
}
