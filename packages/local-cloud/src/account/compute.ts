import { join } from 'node:path';
import { createLambda } from '@dure/lambda-runtime';
import type { Callers } from '@dure/local-http/access-rules';
import { destinationsOf } from '../services/async-destinations.ts';
import { measureInvocations } from '../services/cloudwatch/measures.ts';
import { createFaults, type Faults } from '../faults/faults.ts';
import { type Emulators, startEmulators } from '../services/emulators.ts';
import type { LogStore } from '../shared/log-store.ts';
import { ACCOUNT_ID } from '../shared/aws-environment.ts';
import { clientEnvironment } from '../services/sdk-environment.ts';
import {
  type AsyncInvocations,
  createAsyncInvocations,
  type Destinations,
} from '../services/lambda/asynchronous/index.ts';
import { logRecordOf } from '../services/lambda/log-record.ts';
import type { CloudLog, InvokeLambda, RecordDelivery } from '../shared/types.ts';
import { type LogGroups, openLogGroups } from '../services/cloudwatch-logs/groups.ts';
import { groupOf } from '../services/cloudwatch-logs/access-log.ts';
import { instantOf } from '../services/cloudwatch-logs/log-line.ts';
import { handTo, type HandLine } from '../services/cloudwatch-logs/readers.ts';
import { writeEventsIn } from '../services/cloudwatch-logs/rule-events.ts';
import { openSubscriptions, type Subscriptions } from '../services/cloudwatch-logs/subscriptions.ts';
import { type CodeStore, openCodeStore } from '../services/lambda/api/code.ts';
import { createFunctions, type Functions } from '../services/lambda/api/functions.ts';
import { type LayerVersions, openLayerVersions } from '../services/lambda/api/index.ts';
import { openFunctionStore } from '../services/lambda/api/store.ts';

export interface ComputeOptions {
  readonly region: string;
  /** Of the region. */
  readonly dataDir: string;
  readonly workspace: string;
  readonly callers: Callers;
  /** The endpoint's. */
  readonly url: string;
  readonly logs: LogStore;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
  onStop(cleanUp: () => Promise<void> | void): void;
}

/** The emulators, and the functions that use them and are used by them. */
export interface Compute {
  readonly emulators: Emulators;
  readonly functions: Functions;
  readonly logGroups: LogGroups;
  readonly handLine: HandLine;
  readonly subscriptions: Subscriptions;
  readonly asynchronous: AsyncInvocations;
  readonly destinations: Destinations;
  readonly code: CodeStore;
  readonly layerVersions: LayerVersions;
  readonly faults: Faults;
  /** What a client of the account exports, and every function has. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts the emulators and makes the functions of an earlier run known again. Everything is measured. */
export async function startCompute(options: ComputeOptions): Promise<Compute> {
  const { region, dataDir, url, callers, logs, log, recordDelivery, onStop } = options;
  const faults = createFaults();
  onStop(() => faults.stop());
  const parts: {
    functions?: Functions;
    emulators?: Emulators;
    logGroups?: LogGroups;
    subscriptions?: Subscriptions;
    asynchronous?: AsyncInvocations;
  } = {};
  const handLine = handTo(() => ({ subscriptions: parts.subscriptions, cloudWatch: parts.emulators?.cloudWatch }));
  const lambda = createLambda({
    output(config, event) {
      const record = logRecordOf(config, event);
      const { logStream, text } = event;
      const { LogGroup: logGroup } = config.logging;
      logs.write({ ...record, logGroup, logStream, text });
      parts.logGroups?.written(logGroup);
      handLine(logGroup, { logStream, timestamp: instantOf(record.time), message: text });
    },
  });
  onStop(() => lambda.stop());
  const invoke: InvokeLambda = (name, payload) => parts.functions!.invoke(name, payload);
  const emulators = await startEmulators({
    ...{ region, dataDir, faults, callers, log, recordDelivery, address: url },
    invokeAsync: (arn, payload, trace) => parts.asynchronous!.run(arn, payload, trace),
    writeLog: writeEventsIn(logs, handLine),
    hasLogGroup: (arn) => parts.logGroups?.find(groupOf(arn)) !== undefined,
    lambda: { ...lambda, invoke },
  });
  parts.emulators = emulators;
  onStop(() => emulators.stop());
  const logGroups = openLogGroups(emulators.database);
  parts.logGroups = logGroups;
  // What is written while the emulators stop finds no database.
  onStop(() => void delete parts.logGroups);

  const environment = clientEnvironment(url, region);
  const identity = { region, accountId: ACCOUNT_ID };
  const code = openCodeStore(join(dataDir, 'functions'), options.workspace);
  const functions = createFunctions({
    ...{ ...identity, code, environment },
    store: openFunctionStore(emulators.database, identity),
    iam: emulators.iam,
    lambda: measureInvocations(lambda, emulators.cloudWatch.record),
  });
  parts.functions = functions;
  functions.restore();
  const destinations = destinationsOf(emulators, (arn, payload) => void asynchronous.accept(arn, payload));
  const asynchronous = createAsyncInvocations({
    ...{ destinations, log, recordDelivery },
    find: functions.asyncFunction,
    invoke: (name, payload, more) => functions.invoke(name, payload, undefined, more),
  });
  parts.asynchronous = asynchronous;
  onStop(() => asynchronous.stop());
  const subscriptions = openSubscriptions({
    ...{ database: emulators.database, accountId: ACCOUNT_ID, log },
    invokeAsync: (arn, payload) => void asynchronous.accept(arn, payload),
  });
  parts.subscriptions = subscriptions;
  onStop(() => subscriptions.stop());
  const layerVersions = openLayerVersions(emulators.database, identity);
  return {
    emulators,
    functions,
    logGroups,
    handLine,
    subscriptions,
    asynchronous,
    destinations,
    code,
    layerVersions,
    faults,
    environment,
  };
}
