import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { type Callers, NOBODY_ELSE } from '@dure/local-http/access-rules';
import { withRemedy } from '../shared/sqlite.ts';
import { LOCK_FILES, lockDataDir } from '../shared/instance-lock.ts';
import { type LogStore, openLogStore } from '../shared/log-store.ts';
import type { CloudLog } from '../shared/types.ts';
import { type Declaration, readDeclarations } from '../sandboxes/declaration.ts';
import { createSandboxes } from '../sandboxes/sandboxes.ts';
import { REGION } from '../shared/aws-environment.ts';
import { type Compute, startCompute } from './compute.ts';
import { startServer } from './endpoint/server.ts';
import { choosePort, keepPort } from './port.ts';
import { regionFolder, startRegions } from './regions.ts';
import { routesOf, sandboxPath } from './routes.ts';
import { startServices } from './start-services.ts';

export interface AccountOptions {
  /** Its node_modules has what Lambda's runtime brings along, the AWS SDK; its services declare sandboxes. */
  readonly workspace: string;
  /** Keeps everything across restarts. */
  readonly dataDir: string;
  /** 0 takes a free one; without it, the one that the data is for, or 4566. */
  readonly port?: number;
  readonly callers?: Callers;
  /** Start with an empty account. */
  readonly fresh?: boolean;
  readonly log: CloudLog;
}

export interface Account {
  /** `http://127.0.0.1:4566` */
  readonly url: string;
  /** What a client exports to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** URL of each sandbox that a service declares, by name. They are not part of the account. */
  readonly sandboxes: Readonly<Record<string, string>>;
  /** What the services declare to be there beside AWS. */
  readonly declarations: readonly Declaration[];
  stop(): Promise<void>;
}

/**
 * Starts an AWS account on one port of this machine: an endpoint to which unmodified tools deploy, empty at first.
 * @throws Error that says what to do when another instance has the data, or the port is taken
 */
export async function startAccount(options: AccountOptions): Promise<Account> {
  const cleanUps: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const lock = lockDataDir(options.dataDir);
    cleanUps.push(() => lock.release());
    const account = await start(options, (cleanUp) => cleanUps.push(cleanUp));
    lock.publish(account.url);
    return { ...account, stop };
  } catch (error) {
    await stop();
    throw withRemedy(error, options.dataDir);
  }
}

async function start(
  { workspace, dataDir, port, callers = NOBODY_ELSE, fresh, log: tell }: AccountOptions,
  onStop: (cleanUp: () => Promise<void> | void) => void,
): Promise<Omit<Account, 'stop'>> {
  if (fresh) empty(dataDir);
  mkdirSync(dataDir, { recursive: true });
  process.env['NODE_COMPILE_CACHE'] ??= join(dataDir, 'compile-cache');
  enableCompileCache(process.env['NODE_COMPILE_CACHE']);
  const server = await startServer(choosePort(dataDir, port), callers);
  onStop(() => server.stop());
  const { url } = server;
  keepPort(dataDir, Number(new URL(url).port));
  const logs = openLogs(dataDir, tell, onStop);
  const log: CloudLog = (level, message, fields = {}) => {
    logs.write({ time: new Date().toISOString(), level, message, ...fields, service: 'account' });
    tell(level, message, fields);
  };
  const recordDelivery = (): void => {};
  const computes = new Map<string, Compute>();
  const regions = await startRegions(dataDir, async (region) => {
    const folder = regionFolder(dataDir, region);
    mkdirSync(folder, { recursive: true });
    const written = region === REGION ? logs : openLogs(folder, tell, onStop);
    const common = { region, url, callers, logs: written, log, onStop };
    const compute = await startCompute({ ...common, dataDir: folder, workspace, recordDelivery });
    computes.set(region, compute);
    return startServices({ ...compute, ...common });
  });
  const { faults, environment } = computes.get(REGION)!;
  const declarations = readDeclarations(workspace);
  const sandboxes = createSandboxes({ dataDir, callers, log, faults });
  onStop(() => sandboxes.stop());
  for (const declaration of declarations) await sandboxes.start(declaration);
  server.open(routesOf({ regions, environment, sandboxes: sandboxes.urls(), url, callers }));
  return {
    url,
    environment,
    sandboxes: Object.fromEntries(Object.keys(sandboxes.urls()).map((name) => [name, `${url}${sandboxPath(name)}`])),
    declarations,
  };
}

function openLogs(dataDir: string, tell: CloudLog, onStop: (cleanUp: () => void) => void): LogStore {
  const logs = openLogStore(join(dataDir, 'logs'), { tell: (message) => tell('error', message) });
  onStop(() => logs.close());
  return logs;
}

/** All but the lock, which this process has already. */
function empty(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!LOCK_FILES.includes(name)) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}
