import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { createApiGateway } from '../apigateway/index.ts';
import { createFaults } from '../faults/faults.ts';
import { createDeliveryRing } from '../host/deliveries.ts';
import { CREDENTIALS, startEmulators } from '../host/emulators.ts';
import { LOCK_FILES, lockDataDir } from '../host/instance-lock.ts';
import { openLogStore, recordOf } from '../host/log-store.ts';
import { ACCOUNT_ID, REGION } from '../host/options.ts';
import { createLambda } from '../lambda/index.ts';
import type { CloudLog } from '../ports.ts';
import { createCloudFormation } from './cloudformation/index.ts';
import type { Engine } from './cloudformation/engine.ts';
import { openStackStore } from './cloudformation/store.ts';
import { reachableApis } from './endpoint/execute-api.ts';
import { startServer } from './endpoint/server.ts';
import { createEventSources } from './event-sources.ts';
import { configOf, createAsyncInvocations } from './lambda/async-invocations.ts';
import { openCodeStore } from './lambda/code.ts';
import { createFunctions, type Functions } from './lambda/functions.ts';
import { openFunctionStore } from './lambda/store.ts';
import { choosePort, keepPort } from './port.ts';
import { createHandlers } from './resources/index.ts';
import { routesOf } from './routes.ts';
import { createFauxqsClient } from './services/fauxqs-client.ts';
import { createLogs } from './services/logs.ts';

export interface AccountOptions {
  /** A folder whose node_modules has what Lambda's runtime brings along: the AWS SDK. */
  readonly workspace: string;
  /** Keeps everything across restarts. */
  readonly dataDir: string;
  /** 0 takes a free one; without it, the one that the data is for, or 4566. */
  readonly port?: number;
  /** Start with an empty account. */
  readonly fresh?: boolean;
  readonly log: CloudLog;
}

export interface Account {
  /** `http://127.0.0.1:4566` */
  readonly url: string;
  /** What a client exports to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** A payment provider to try things with, which is no part of the account. */
  readonly paymentProvider: string;
  stop(): Promise<void>;
}

/**
 * Starts an AWS account on one port of this machine: an endpoint to which unmodified tools deploy, empty at first.
 * @throws Error that says what to do when another instance has the data, or the port is taken
 */
export async function startAccount(options: AccountOptions): Promise<Account> {
  const lock = lockDataDir(options.dataDir);
  const cleanUps: (() => Promise<void> | void)[] = [() => lock.release()];
  const stop = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const account = await start(options, (cleanUp) => cleanUps.push(cleanUp));
    lock.publish(account.url);
    return { ...account, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  { workspace, dataDir, port, fresh, log: tell }: AccountOptions,
  onStop: (cleanUp: () => Promise<void> | void) => void,
): Promise<Omit<Account, 'stop'>> {
  if (fresh) empty(dataDir);
  mkdirSync(dataDir, { recursive: true });
  process.env['NODE_COMPILE_CACHE'] ??= join(dataDir, 'compile-cache');
  enableCompileCache(process.env['NODE_COMPILE_CACHE']);
  const server = await startServer(choosePort(dataDir, port));
  onStop(() => server.stop());
  const { url } = server;
  keepPort(dataDir, Number(new URL(url).port));

  const logs = openLogStore(join(dataDir, 'logs'));
  onStop(() => logs.close());
  const log: CloudLog = (level, message, fields = {}) => {
    logs.write({ time: new Date().toISOString(), level, message, ...fields, service: 'account' });
    tell(level, message, fields);
  };
  const deliveries = createDeliveryRing();
  const recordDelivery = deliveries.record;
  const faults = createFaults();
  onStop(() => faults.stop());
  const parts: { functions?: Functions } = {};
  const lambda = createLambda({
    output({ name, key }, stream, line) {
      const logGroup = parts.functions?.store.find(name)?.latest.logGroup ?? '';
      logs.write({ ...recordOf({ service: name, function: key }, stream, line), logGroup });
    },
  });
  onStop(() => lambda.stop());
  const invoke: Functions['invoke'] = (name, payload) => parts.functions!.invoke(name, payload);
  const emulators = await startEmulators({ dataDir, lambda: { ...lambda, invoke }, faults, log, recordDelivery });
  onStop(() => emulators.stop());

  const identity = { region: REGION, accountId: ACCOUNT_ID };
  const { database } = emulators;
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
  };
  const code = openCodeStore(join(dataDir, 'functions'), workspace);
  const store = openFunctionStore(database, identity);
  const functions = createFunctions({ ...identity, store, code, lambda, environment });
  parts.functions = functions;
  functions.restore();
  const { sendToQueue } = emulators;
  const asynchronous = createAsyncInvocations({ functions, sendToQueue, log, recordDelivery });
  onStop(() => asynchronous.stop());
  const eventSources = createEventSources({
    ...{ ...identity, database, emulators, log, recordDelivery },
    invokeLambda: functions.invoke,
    invokeConfig: (name) => configOf(functions, name),
  });
  onStop(() => eventSources.stop());
  const apiGateway = createApiGateway({
    ...{ ...identity, database, log },
    invokeLambda: functions.invoke,
    writeAccessLog: (destinationArn, line) =>
      logs.write({
        ...recordOf({ service: 'apigateway', function: 'access-log' }, 'stdout', line),
        logGroup: destinationArn.split(':log-group:').at(-1)?.replace(/:\*$/, '') ?? '',
      }),
  });
  const cloudWatchLogs = createLogs({ ...identity, database, store: logs });
  const fauxqs = createFauxqsClient(emulators.endpoints['SQS']!);
  const stacks = openStackStore(database);
  const engine: Engine = {
    ...{ ...identity, store: stacks, log },
    handlers: createHandlers({
      emulators,
      apiGateway,
      functions,
      code,
      eventSources,
      logs: cloudWatchLogs,
      fauxqs,
      url,
    }),
    ssmParameter: emulators.ssm.get,
    reachable: reachableApis(url, REGION),
    ownerOf: (type, name) =>
      stacks
        .all()
        .find(
          ({ deletedAt, resources }) =>
            deletedAt === undefined &&
            Object.values(resources).some((it) => it.type === type && it.name === name && it.physicalId !== ''),
        )?.id,
    changed: emulators.dynamodb.afterTablesChanged,
  };
  const cloudFormation = createCloudFormation(engine, fauxqs.readObject);
  onStop(() => cloudFormation.settle());
  onStop(() => faults.end());
  await emulators.dynamodb.afterTablesChanged();
  await emulators.stepFunctions.start();
  emulators.eventBridge.start();
  eventSources.restore();
  server.open(
    routesOf({
      ...{ emulators, apiGateway, functions, asynchronous, eventSources, cloudFormation },
      logs: cloudWatchLogs,
      url,
      environment,
    }),
  );
  return { url, environment, paymentProvider: `${url}/_payment-provider` };
}

/** All but the lock, which this process has already. */
function empty(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!LOCK_FILES.includes(name)) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}
