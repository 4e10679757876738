import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cloud, connect } from '@dure/testing/cloud';
import { openQueues, type Queues } from '@dure/testing/shop/faults-queues';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import type { Functions } from './fault-kinds.ts';

/** A local cloud of the drill's own, which may be killed and restarted while clients use it. */
export interface World {
  /** The cloud as it runs at the moment. */
  cloud(): Cloud;
  /** Kills and restarts it; returns how long it was down, in milliseconds. */
  crash(): Promise<number>;
  functions(): Promise<Functions>;
  stop(): Promise<void>;
}

/** A deployed queue hides a failed message for a minute and more. This is longer than a slow machine takes for a failing batch. */
const SHOWN_AGAIN_SECONDS = 20;

/** @param root of the workspace to run; by default this one */
export async function openWorld(root?: string): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'dure-drill-'));
  let running: LocalCloudProcess;
  let queues: Queues | undefined;
  let cloud: Cloud;

  async function start(): Promise<void> {
    running = await startLocalCloud({ dataDir, ...(root !== undefined && { root }) });
    cloud = connect(running.url);
    queues?.close();
    queues = openQueues(cloud, running);
    await queues.showAgainAfter(SHOWN_AGAIN_SECONDS);
  }

  const remove = () => rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  try {
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    cloud: () => cloud,
    async crash() {
      const at = performance.now();
      await running.kill();
      await start();
      return Math.round(performance.now() - at);
    },
    async functions() {
      const { functions } = (await cloud.view('functions')) as { functions: { name: string; service: string }[] };
      return {
        names: functions.map(({ name }) => name),
        services: [...new Set(functions.map(({ service }) => service))],
      };
    },
    async stop() {
      queues?.close();
      // One that is too busy to stop by itself has no state worth keeping.
      await running.stop().catch(() => running.kill());
      await remove();
    },
  };
}
