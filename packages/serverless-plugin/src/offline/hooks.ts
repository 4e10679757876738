import { basename, dirname, relative } from 'node:path';
import type { ProvidedCloud } from '@dure/local-cloud/workspace/offline/provide-cloud';
import { type Door, doorOf, guardDoor, refuseTakenPorts } from './door.ts';
import { nextSteps, whatIsWhere } from './say.ts';
import { useEnvironments } from './use-environments.ts';
import type { Hooks, OfflinePlugin, OfflineServerless, Options, Utils } from './types.ts';

/** Where `npm start` keeps its data; `DURE_DATA` names another folder. */
const DEFAULT_DATA = '.local';

/**
 * Makes `sls offline` work: before serverless-offline starts, the service's functions get a local cloud: a running one,
 * or a new one that ends with the command.
 */
export function offlineHooks(serverless: OfflineServerless, options: Options, utils?: Utils): Hooks {
  // `npm start` loads services with the same life cycle and provides all of this itself.
  if (serverless.localCloud === true) return {};
  const say = (text: string): void => (utils === undefined ? console.log(text) : utils.log.notice(text));
  let cloud: ProvidedCloud | undefined;
  let door: Door;
  let unguard: (() => void) | undefined;

  async function before(): Promise<void> {
    door = doorOf(serverless.service, options);
    try {
      await refuseTakenPorts(door);
      unguard = await guardDoor(door);
      cloud = await provide(serverless);
      orderEnd(cloud, serverless);
      const left = useEnvironments(serverless.service, cloud);
      for (const line of whatIsWhere(serverless.service.service, cloud, left)) say(line);
    } catch (error) {
      end((error as Error).message);
    }
  }
  const ready = (): void => nextSteps(serverless.service, door, cloud!).forEach(say);
  const after = async (): Promise<void> => {
    unguard?.();
    await cloud?.stop();
  };

  return {
    // `sls offline` starts, waits and ends within one hook, so these two wrap its parts.
    async 'before:offline:start'() {
      await before();
      surround(serverless, ready, after);
    },
    'before:offline:start:init': before,
    'after:offline:start:init': ready,
    'before:offline:start:end': after,
  };
}

async function provide({ serviceDir, service }: OfflineServerless): Promise<ProvidedCloud> {
  const folder = dirname(serviceDir);
  if (basename(folder) !== 'services') {
    throw new Error(`A service must be a folder of "services/", but this one is ${serviceDir}.`);
  }
  // Loaded only here, because no other command needs it.
  const { provideCloud } = await import('@dure/local-cloud/workspace/offline/provide-cloud');
  const dataDir = process.env['DURE_DATA'] ?? DEFAULT_DATA;
  return provideCloud({ root: dirname(folder), service: service.service, dataDir });
}

/** Ends this command when its cloud or its parent process ends: it could only answer errors. */
function orderEnd(cloud: ProvidedCloud, { serviceDir }: OfflineServerless): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (ending = true));
  void cloud.ended.then(() => {
    if (ending) return;
    const again = `cd ${relative(process.cwd(), serviceDir) || '.'} && npx sls offline`;
    end(`The local cloud at ${cloud.url} has ended, so this ends too. Start it again: ${again}`);
  });
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

function surround({ pluginManager }: OfflineServerless, ready: () => void, after: () => Promise<void>): void {
  const plugin = pluginManager.getPlugins().find((it) => it.constructor.name === 'ServerlessOffline');
  if (plugin === undefined) return;
  const offline = plugin as OfflinePlugin;
  const { start, end } = offline;
  offline.start = async () => {
    await start.call(offline);
    ready();
  };
  offline.end = async (skipExit) => {
    await end.call(offline, true);
    await after();
    if (!skipExit) process.exit(0);
  };
}

/** Prints the error and exits: serverless-esbuild already watches files, and would never end. */
function end(message: string): never {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}
