import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { createLambda } from '@dure/lambda-runtime';
import { NOBODY_ELSE } from '@dure/local-http/access-rules';
import { instantOf } from '../services/cloudwatch-logs/log-line.ts';
import { handTo } from '../services/cloudwatch-logs/readers.ts';
import { openSubscriptions } from '../services/cloudwatch-logs/subscriptions.ts';
import { writeEventsIn } from '../services/cloudwatch-logs/rule-events.ts';
import { measureInvocations, measureStreams, type RecordValue } from '../services/cloudwatch/measures.ts';
import { withRemedy } from '../shared/sqlite.ts';
import { createCloudApi } from './front-door/cloud-api.ts';
import { createFaults, type Faults } from '../faults/faults.ts';
import { createFaultsApi } from '../faults/faults-api.ts';
import { reportFailures } from './failure-reports.ts';
import { type FrontDoor, openFrontDoor } from './front-door/index.ts';
import { indexPage } from './front-door/index-page.ts';
import { logRecordOf } from '../services/lambda/log-record.ts';
import { createEmailsApi } from '../services/ses/emails-page.ts';
import type { Apis } from '../services/apis.ts';
import { mocksOf, openApis, routesOf } from './apis.ts';
import { openAwsEndpoint, requireFunction } from './aws-endpoint.ts';
import { type CloudParts, cloudViews } from './cloud-views.ts';
import { createRecentDeliveries } from '../shared/recent-deliveries.ts';
import { startEmulators } from '../services/emulators.ts';
import { clientEnvironment } from '../services/sdk-environment.ts';
import { demoAccounts } from './demo-accounts.ts';
import { emptyDataDir } from './empty-data-dir.ts';
import { createEventSources } from '../services/event-sources.ts';
import { destinationsOf, toQueueOrDestination } from '../services/async-destinations.ts';
import { createAsyncInvocations } from '../services/lambda/asynchronous/index.ts';
import { createEngine } from './engine.ts';
import { alive, collectFailures } from './failures.ts';
import { type InstanceLock, lockDataDir } from '../shared/instance-lock.ts';
import { openLogStore } from '../shared/log-store.ts';
import type { InvokeConfigs } from './invoke-configs.ts';
import type { LocalCloud, LocalCloudOptions, ServiceSummary } from './options.ts';
import { ACCOUNT_ID, REGION, STAGE } from '../shared/aws-environment.ts';
import { withMocks } from './mock-services.ts';
import { describePortOwner } from '../shared/port-owner.ts';
import { forwardFrameworkLog } from './serverless.ts';
import { type Service, findServices } from './service.ts';
import { createReleases } from './releases.ts';
import { reloadOnSave } from './reload.ts';
import { createSandboxes } from '../sandboxes/sandboxes.ts';
import { inspectServices, selectServices } from './select-services.ts';
import { type StartContext, startServices } from './start-services.ts';
import { createTrace } from './trace.ts';

const OTHERS_RUN =
  'It runs the services that were there when it started. To run others, end it (Ctrl-C where it runs) and start again.';

export type { LocalCloud, LocalCloudOptions, ServiceSummary } from './options.ts';

/**
 * Runs the workspace's services on this machine, each from its own serverless.yml, and everything of AWS that they
 * use. A service that does not start is reported and the others run.
 * @throws Error that says what to do when another instance has the data, or the port is taken
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const cleanUps: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const lock = lockDataDir(options.dataDir, OTHERS_RUN);
    cleanUps.push(() => lock.release());
    return await start(options, lock, (cleanUp) => cleanUps.push(cleanUp), stop);
  } catch (error) {
    await stop();
    throw withRemedy(error, options.dataDir);
  }
}

async function start(
  options: LocalCloudOptions,
  lock: InstanceLock,
  onStop: (cleanUp: () => Promise<void> | void) => void,
  stop: () => Promise<void>,
): Promise<LocalCloud> {
  const { root, dataDir } = options;
  if (options.fresh) emptyDataDir(dataDir);
  process.env['NODE_COMPILE_CACHE'] ??= join(dataDir, 'compile-cache');
  enableCompileCache(process.env['NODE_COMPILE_CACHE']);
  // Where the framework keeps the validator that it compiles from its schema: by default in the home.
  process.env['SLS_SCHEMA_CACHE_BASE_DIR'] ??= process.env['NODE_COMPILE_CACHE'];
  const logs = openLogStore(join(dataDir, 'logs'), { tell: (message) => options.log('error', message) });
  onStop(() => logs.close());
  const log: typeof options.log = (level, message, fields = {}) => {
    logs.write({ time: new Date().toISOString(), level, message, ...fields, service: 'local-cloud' });
    options.log(level, message, fields);
  };
  const { mock = [] } = options;
  const services = selectServices(root, withMocks(root, STAGE, findServices(root, STAGE), mock), options.only, mock);
  inspectServices(services, options.inspect);
  const deliveries = createRecentDeliveries();
  const faults = createFaults();
  onStop(() => faults.stop());
  const measure: RecordValue = (value) => parts.emulators?.cloudWatch.record(value);
  const reports = reportFailures({
    root,
    tell: (sentence) => options.log('error', sentence),
    url: () => parts.frontDoor?.url,
  });
  const handLine = handTo(() => ({ subscriptions: parts.subscriptions, cloudWatch: parts.emulators?.cloudWatch }));
  const functions = createLambda({
    faults: faults.functions,
    ended: reports.ended,
    output(config, event) {
      const record = logRecordOf(config, event);
      logs.write(record);
      reports.wrote(config, event, record);
      const { logStream, text: message } = event;
      handLine(config.logging.LogGroup, { logStream, timestamp: instantOf(record.time), message });
    },
  });
  const lambda = measureInvocations(functions, measure);
  onStop(() => lambda.stop());
  const { callers = NOBODY_ELSE } = options;
  const apis = openApis({
    ...{ dataDir, invoke: lambda.invoke, callers, logs, log, record: measure },
    handLine,
    invokeAsync: (arn, payload) => void parts.asynchronous!.accept(arn, payload),
    iam: {
      signerOf: (...signed) => parts.emulators!.iam.signerOf(...signed),
      mayCall: (...asked) => parts.emulators!.iam.mayCall(...asked),
    },
    states: (action, input) => parts.emulators!.stepFunctions.handle(action, input),
  });
  onStop(() => apis.stop());
  const parts: CloudParts = { lambda, logs, deliveries, apis, resources: [], ready: false };
  const frontDoor = await openDoor(options, services, parts, faults);
  parts.frontDoor = frontDoor;
  onStop(() => frontDoor.stop());
  lock.publish(frontDoor.url);
  forwardFrameworkLog(log);

  const timings: Record<string, number> = {};
  const phase: StartContext['phase'] = async (name, work) => {
    options.progress?.(name);
    const startedAt = performance.now();
    const result = await work();
    timings[name] = Math.round(performance.now() - startedAt);
    return result;
  };
  const recordDelivery = deliveries.record;
  const invokeConfigs: InvokeConfigs = new Map();
  const emulators = await phase('starting emulators', () =>
    startEmulators({
      region: REGION,
      ...{ dataDir, lambda, faults, log, recordDelivery, callers },
      invokeAsync: (arn, payload, trace) => parts.asynchronous!.run(arn, payload, trace),
      writeLog: writeEventsIn(logs, handLine),
      ...(options.minuteMs !== undefined && { minuteMs: options.minuteMs }),
    }),
  );
  parts.emulators = emulators;
  onStop(() => emulators.stop());
  const failures = collectFailures(log);
  const folders = { root, outdir: join(dataDir, 'build') };
  const sandboxes = createSandboxes({ dataDir, callers, log, faults });
  parts.sandboxes = sandboxes;
  onStop(() => sandboxes.stop());
  const destinations = destinationsOf(emulators, (arn, payload) => void asynchronous.accept(arn, payload));
  const asynchronous = createAsyncInvocations({
    ...{ destinations, log, recordDelivery },
    find(functionName) {
      const { name, arn } = requireFunction(lambda, functionName);
      return { arn: `${arn}:$LATEST`, version: '$LATEST', config: invokeConfigs.get(name) ?? {} };
    },
    invoke: lambda.invoke,
  });
  parts.asynchronous = asynchronous;
  onStop(() => asynchronous.stop());
  const subscriptions = openSubscriptions({
    ...{ database: emulators.database, accountId: ACCOUNT_ID, log },
    invokeAsync: (arn, payload) => void asynchronous.accept(arn, payload),
  });
  parts.subscriptions = subscriptions;
  onStop(() => subscriptions.stop());
  const awsEndpoint = await openAwsEndpoint({ emulators, lambda, asynchronous, apis, callers });
  onStop(() => awsEndpoint.stop());
  lock.publish(frontDoor.url, awsEndpoint.url);
  const eventSources = createEventSources({
    ...{ ...emulators, accountId: ACCOUNT_ID, region: REGION, log, recordDelivery },
    invokeLambda: measureStreams({ ...lambda, invoke: faults.invoking(lambda.invoke) }, measure).invoke,
    sendToQueue: toQueueOrDestination(emulators, destinations),
    roleOf: (name) => emulators.iam.callerOf(lambda.find(name)?.environment['AWS_SESSION_TOKEN'] ?? '')?.roleArn,
  });
  onStop(() => eventSources.stop());
  const frontDoorUrl = frontDoor.url;
  const engine = createEngine({ emulators, eventSources, apis, subscriptions, frontDoorUrl, log });
  parts.resources = await startServices(services, {
    ...{ emulators, sandboxes, engine, invokeConfigs, lambda, failures, folders, frontDoorUrl, log, phase },
    environment: { ...emulators.environment, AWS_ENDPOINT_URL: awsEndpoint.url },
  });
  parts.eventSources = eventSources;
  onStop(() => faults.end());
  await emulators.stepFunctions.start();
  const runs = runsIn(alive(services));
  emulators.eventBridge.start(runs);
  emulators.scheduler.start(runs);
  eventSources.start(runs);
  parts.ready = true;
  const { url } = frontDoor;
  if (options.watch) {
    const tell = options.progress ?? (() => {});
    const running = alive(services);
    const made = { services: running, outdir: folders.outdir, url, lambda, log, tell };
    const releases = createReleases({ ...made, parameters: emulators.ssm });
    onStop(() => releases.stop());
    const { saved } = releases;
    const reloading = reloadOnSave({ services: running, folders, lambda, log, tell, saved });
    onStop(() => reloading.stop());
    void releases.register();
  }
  const { endpoints } = emulators;
  const environment = clientEnvironment(awsEndpoint.url, REGION);
  const summaries = summariesOf(services, url, apis);
  const accounts = demoAccounts(emulators);
  return { url, services: summaries, endpoints, environment, sandboxes: sandboxes.urls(), accounts, timings, stop };
}

/** Whether a function, by its name or ARN, is one of these services'. */
function runsIn(services: readonly Service[]): (functionName: string) => boolean {
  const definitions = services.flatMap(({ serverless }) => Object.values(serverless?.service.functions ?? {}));
  const names = new Set(definitions.map(({ name }) => name));
  return (functionName) => names.has(functionName.split(':function:').at(-1)!);
}

async function openDoor(
  { port, callers = NOBODY_ELSE }: LocalCloudOptions,
  services: readonly Service[],
  parts: CloudParts,
  faults: Faults,
): Promise<FrontDoor> {
  const { lambda, apis } = parts;
  const doorUrl = (): string => parts.frontDoor?.url ?? '';
  const trace = createTrace(parts, doorUrl, () => summariesOf(services, doorUrl(), apis));
  const views = { ...cloudViews(parts), trace };
  const cloud = createCloudApi({
    views,
    handlers: {
      emails: createEmailsApi((query) => parts.emulators?.ses.sent(query) ?? []),
      faults: createFaultsApi({
        ...{ faults, lambda },
        endpoints: () => parts.emulators?.endpoints,
        sandboxes: () => Object.keys(parts.sandboxes?.urls() ?? {}),
      }),
    },
    invoke: async (name, event) => (lambda.find(name) === undefined ? undefined : lambda.invoke(name, event)),
    index() {
      const url = doorUrl();
      const summaries = summariesOf(services, url, apis);
      const paths = [...Object.keys(views), 'emails'].map((name) => `/_cloud/${name}`);
      return {
        html: indexPage({ url, services: summaries, views: paths }),
        json: { pid: process.pid, ready: parts.ready, url, services: summaries, views: paths },
      };
    },
  });
  try {
    return await openFrontDoor({ port, callers, services: () => services, cloud, ...apis });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const remedy = `End it, or choose another: npm start -- --port ${port + 1}`;
    throw new Error(`Port ${port} is taken by ${describePortOwner(port)}. ${remedy}`, { cause: error });
  }
}

function summariesOf(services: readonly Service[], url: string, apis: Apis): ServiceSummary[] {
  const routes = routesOf(apis);
  const mocks = mocksOf(apis);
  return services.map(({ name, state, reason, serverless, restApiId, httpApiId, functionUrls = {} }) => ({
    name,
    state,
    ...(reason !== undefined && { reason }),
    url: `${url}/${name}/${STAGE}`,
    functions: Object.keys(serverless?.service.functions ?? {}).length,
    routes: routes.get(restApiId ?? httpApiId ?? '') ?? [],
    mocks: mocks.get(restApiId ?? '') ?? 0,
    more: [
      ...(restApiId !== undefined && httpApiId !== undefined ? [`${url}/${name}/http`] : []),
      ...Object.keys(functionUrls).map((key) => `${url}/${name}/url/${key}/`),
    ],
  }));
}
