import { type Cloud, json } from './cloud.ts';
import { eventually } from './eventually.ts';

/** An overloaded cloud answers late, and a request that the client gave up would take effect all the same. */
const TIMEOUT_MS = 180_000;

/** Injects a fault plan, as `/_cloud/faults` accepts it: packages/local-cloud/README.md. */
export async function inject(cloud: Cloud, plan: object): Promise<void> {
  await json(`${cloud.url}/_cloud/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(plan),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

/** How often each fault was injected so far: `{ 'killed orders-local-relay': 1 }`. */
export async function injected(cloud: Cloud): Promise<Record<string, number>> {
  return ((await cloud.view('faults')) as { injected: Record<string, number> }).injected;
}

/** Ends the faults; returns how often each was injected. */
export async function endFaults(cloud: Cloud): Promise<Record<string, number>> {
  const ended = await json(`${cloud.url}/_cloud/faults`, {
    method: 'DELETE',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return (ended as { injected: Record<string, number> }).injected;
}

/** Waits until nothing is queued or running anywhere. */
export async function untilIdle(cloud: Cloud, within = 120_000): Promise<void> {
  await eventually(
    'The local cloud comes to rest',
    async () => {
      const { idle, busy } = (await cloud.view('idle')) as { idle: boolean; busy: string[] };
      if (!idle) throw new Error(`busy: ${busy.join()}`);
      return true;
    },
    { within },
  );
}
