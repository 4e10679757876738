import { join, resolve } from 'node:path';
import { type OwnCloud, startOwnCloud } from './own-cloud.ts';
import { type RunningCloud, findRunningCloud, untilGone } from './running-cloud.ts';

/** What a service that is run by itself works with. */
export interface ProvidedCloud {
  /** Of its front door: `http://localhost:4000`. */
  readonly url: string;
  /** Joined is one that ran before; an own one ends with this process. */
  readonly kind: 'joined' | 'own';
  /** Why none was joined although one runs. */
  readonly notJoined?: string;
  /** Where an own one keeps its data. */
  readonly dataDir?: string;
  /** Names of all services that it runs. */
  readonly services: readonly string[];
  /** Each function's environment, references resolved, by its key in serverless.yml. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

interface Wanted {
  /** The workspace's folder. */
  readonly root: string;
  readonly service: string;
  /** Where `npm start` keeps its data: `.local`, relative to the workspace. */
  readonly dataDir: string;
}

/**
 * The local cloud for one service: the one that runs on the data folder, if it runs that service, or else one of the
 * service's own, with data in `offline/<service>` below that folder.
 * @throws Error that says why there is none
 */
export async function provideCloud({ root, service, dataDir }: Wanted): Promise<ProvidedCloud> {
  const data = resolve(root, dataDir);
  const running = await findRunningCloud(data);
  if (running?.services.some(({ name }) => name === service)) {
    const stop = () => Promise.resolve();
    return { ...(await provided(running, service)), kind: 'joined', ended: untilGone(running), stop };
  }
  const ownData = join(data, 'offline', service);
  const own = await startOwnCloud({ root, dataDir: ownData, service });
  const notJoined = running && `The local cloud at ${running.url} does not run ${service}`;
  const rest = { kind: 'own', dataDir: ownData, ended: own.ended, stop: own.stop, notJoined } as const;
  return { ...(await providedOrStopped(own, service)), ...rest };
}

type Provided = Pick<ProvidedCloud, 'url' | 'services' | 'environments'>;

async function providedOrStopped(own: OwnCloud, service: string): Promise<Provided> {
  try {
    return await provided(own, service);
  } catch (error) {
    await own.stop();
    throw error;
  }
}

async function provided({ url, services }: RunningCloud, service: string): Promise<Provided> {
  const summary = services.find(({ name }) => name === service);
  if (summary?.state !== 'running') throw new Error(`${service} did not start at ${url}: ${summary?.reason}`);
  const response = await fetch(`${url}/_cloud/environment?service=${service}`);
  if (!response.ok) throw new Error(`${url} answers ${response.status} for the environment of ${service}.`);
  const { functions } = (await response.json()) as { functions: ProvidedCloud['environments'] };
  return { url, services: services.map(({ name }) => name), environments: functions };
}
