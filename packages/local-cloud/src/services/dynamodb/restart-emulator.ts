import { setTimeout as delay } from 'node:timers/promises';
import type { CloudLog } from '../../shared/types.ts';
import { type Address, type EmulatorProcess, startEmulator } from './emulator-process.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** Who ran this long has recovered: the next pause is the first one again. */
const STEADY_MS = 30_000;

/** An emulator that is started again, at the same address and on the same file, when it ends by itself. */
export interface KeptEmulator {
  readonly endpoint: string;
  /** Of the process that runs at the moment. */
  pid(): number;
  stop(): Promise<void>;
}

/**
 * Starts the emulator and starts it again, after ever longer pauses, whenever it ends without being asked to. Its file
 * keeps what it had answered; requests in between fail, and the SDKs send them again.
 * @throws Error with the emulator's own words when its first start fails
 */
export async function keepRunning(
  binary: string,
  file: string,
  log: CloudLog,
  address?: Address,
): Promise<KeptEmulator> {
  let current = await startEmulator(binary, file, address);
  const stopping = new AbortController();
  const watching = watch();

  async function watch(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      const reason = await current.ended;
      if (stopping.signal.aborted) return;
      log('error', `${reason.message.replace(/:\s*$/, '')}. It is started again.`);
      if (Date.now() - startedAt > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      const again = await startAgain(pauseMs);
      if (again === undefined) return;
      current = again;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      log('warn', 'The DynamoDB emulator runs again, with its data.');
    }
  }

  /** Undefined when it is not wanted any more. */
  async function startAgain(firstPauseMs: number): Promise<EmulatorProcess | undefined> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return undefined;
      try {
        return await startEmulator(binary, file, current.address);
      } catch (error) {
        log('error', `The DynamoDB emulator does not start again: ${(error as Error).message}`);
      }
    }
  }

  return {
    endpoint: current.endpoint,
    pid: () => current.pid,
    async stop() {
      stopping.abort();
      await current.stop();
      await watching;
      await current.stop();
    },
  };
}
