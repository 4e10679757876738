import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../shared/free-port.ts';
import { guardServers } from '../shared/http/guard-servers.ts';
import { fromInside } from '../shared/doors/inside.ts';
import { readCors } from './front-door/cors.ts';
import type { ServiceEntry } from './front-door/index.ts';
import type { Route } from './front-door/routes.ts';
import type { Lambda } from '../services/lambda/pool/index.ts';
import { runOfflineFunctionsIn } from '../services/lambda/pool/offline-runner.ts';
import { type BundleInput, bundleInputOf } from './bundle-input.ts';
import { CONFIGURATION_FILENAMES, type ConfigurationOptions } from './configuration.ts';
import { type Plugin, type Serverless, findPlugin, loadServerless, runHooks } from './serverless.ts';
import { splitHandler } from './split-handler.ts';

/** A service of the workspace, from its folder to its running functions. */
export interface Service extends ServiceEntry {
  readonly folder: string;
  readonly filename: string;
  serverless?: Serverless;
  /** What serverless-esbuild would bundle; undefined for a service whose handlers run as they are. */
  bundle?: BundleInput;
  /** Absolute paths of the files that its bundles are made of. */
  inputs: readonly string[];
}

const OFFLINE_PLUGIN = 'ServerlessOffline';

interface OfflinePlugin extends Plugin {
  end(skipExit: boolean): Promise<void>;
  internals(): { getApiGatewayServer(): { info: { port: number }; listener: { keepAliveTimeout: number } } };
}

/** The services of a workspace: every folder of `services/` with a serverless.yml. Paths are real ones, as the process's is. */
export function findServices(root: string, stage: string): Service[] {
  const folder = join(root, 'services');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const filename = CONFIGURATION_FILENAMES.find((candidate) => existsSync(join(folder, name, candidate)));
    if (filename === undefined) return [];
    return [
      {
        name,
        stage,
        folder: realpathSync(join(folder, name)),
        filename,
        state: 'starting' as const,
        routes: [],
        inputs: [],
      },
    ];
  });
}

/** Loads the service's configuration and plugins. Changes the process's working folder while it does. */
export async function loadService(service: Service, options: ConfigurationOptions): Promise<void> {
  const before = process.cwd();
  process.chdir(service.folder);
  try {
    const serverless = await loadServerless(service.folder, service.filename, options);
    if (serverless.service.service !== service.name) {
      throw new Error(`its folder is "${service.name}" and its serverless.yml says "${serverless.service.service}".`);
    }
    service.serverless = serverless;
    if (serverless.bundled) service.bundle = bundleInputOf(serverless);
    else service.inputs = handlerFiles(service.folder, serverless);
    service.routes = routesOf(serverless);
  } finally {
    process.chdir(before);
  }
}

export const hasWebSocket = ({ serverless }: Service): boolean =>
  Object.values(serverless?.service.functions ?? {}).some(({ events }) =>
    events?.some((event) => 'websocket' in event),
  );

/**
 * Starts serverless-offline for the service's API on a free port. Its functions run in `lambda`; schedules and the
 * build are left out, as the local cloud does them itself.
 */
export async function startApi(service: Service, lambda: Lambda): Promise<void> {
  const serverless = service.serverless!;
  const events = Object.values(serverless.service.functions).flatMap((definition) => definition.events ?? []);
  if (!events.some((event) => 'http' in event || 'websocket' in event)) return;
  const plugin = findPlugin(serverless, OFFLINE_PLUGIN) as OfflinePlugin | undefined;
  if (plugin === undefined) throw new Error('its "plugins" do not name serverless-offline, which serves its API.');
  // Its server's port is not to be asked for afterwards, so that it is chosen before.
  if (events.some((event) => 'websocket' in event)) service.webSocketPort = await freePort();
  const options = offlineOptions(serverless, service.webSocketPort ?? 0);
  serverless.service.custom = { ...serverless.service.custom, 'serverless-offline': options };
  runOfflineFunctionsIn(lambda, serverless.service.provider);
  await runHooks(serverless, 'before:offline:start:init');
  await guardServers(fromInside, () =>
    withoutSchedulesAndCors(serverless, () => runHooks(serverless, 'offline:start:init')),
  );
  if (!events.some((event) => 'http' in event)) return;
  const server = plugin.internals().getApiGatewayServer();
  server.listener.keepAliveTimeout = KEEP_ALIVE_MS;
  service.port = server.info.port;
}

/**
 * Without what is done better elsewhere: serverless-offline's schedules are in local time, round rates to the hour and
 * never retry, and its `cors` adds headers to what functions answer.
 */
async function withoutSchedulesAndCors({ service }: Serverless, work: () => Promise<void>): Promise<void> {
  const definitions = Object.values(service.functions).map((definition) => ({ definition, events: definition.events }));
  for (const { definition, events } of definitions) {
    definition.events = events?.filter((event) => !('schedule' in event)).map(withoutCors);
  }
  await work();
  for (const { definition, events } of definitions) definition.events = events;
}

function withoutCors(event: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { http } = event;
  return typeof http === 'object' && http !== null ? { ...event, http: { ...http, cors: undefined } } : event;
}

/** Longer than the front door keeps an unused connection, so that it never writes to one that is closing. */
const KEEP_ALIVE_MS = 120_000;

function offlineOptions(serverless: Serverless, websocketPort: number): Record<string, unknown> {
  return {
    ...serverless.service.custom?.['serverless-offline'],
    host: '127.0.0.1',
    httpPort: 0,
    lambdaPort: 0,
    websocketPort,
    disableCookieValidation: true,
    noTimeout: true,
    noSponsor: true,
    noPrependStageInUrl: false,
    prefix: '',
  };
}

export async function stopApi(service: Service): Promise<void> {
  if (service.serverless === undefined) return;
  const plugin = findPlugin(service.serverless, OFFLINE_PLUGIN) as OfflinePlugin | undefined;
  await plugin?.end(true);
}

function routesOf(serverless: Serverless): Route[] {
  const routes: Route[] = [];
  for (const { events = [] } of Object.values(serverless.service.functions)) {
    for (const { http } of events) {
      if (typeof http === 'string') {
        const [method = '', path = ''] = http.split(/\s+/);
        routes.push({ method: upper(method), path });
      } else if (typeof http === 'object' && http !== null) {
        const { method, path, cors } = http as { method: string; path: string; cors?: unknown };
        const read = readCors(cors, upper(method));
        routes.push({ method: upper(method), path, ...(read !== undefined && { cors: read }) });
      }
    }
  }
  return routes;
}

function handlerFiles(folder: string, { service }: Serverless): string[] {
  return Object.values(service.functions)
    .flatMap(({ handler }) =>
      ['.js', '.cjs', '.mjs'].map((extension) => join(folder, splitHandler(handler).module + extension)),
    )
    .filter((path) => existsSync(path));
}

function upper(method: string): string {
  return method === '*' ? 'ANY' : method.toUpperCase();
}
