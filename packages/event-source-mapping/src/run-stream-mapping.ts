import type { EventSourceMappingConfig } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { EventSourceMapping } from './mapping.ts';
import type { streamSettings } from './stream-settings.ts';
import type { Log } from './surroundings.ts';

interface StreamReading {
  readonly config: EventSourceMappingConfig;
  readonly settings: ReturnType<typeof streamSettings>;
  readonly lifecycle: Lifecycle;
  readonly log: Log;
  /** Reads and delivers until the lifecycle ends. */
  readonly run: () => Promise<void>;
  /** How the last batch ended; undefined before the first. */
  readonly lastResult: () => string | undefined;
}

/** What every mapping of a stream does alike: it is started once, stopped with what is under way, and described. */
export function runStreamMapping({
  config,
  settings,
  lifecycle,
  log,
  run,
  lastResult,
}: StreamReading): Pick<EventSourceMapping, 'start' | 'stop' | 'pause' | 'resume'> & { describe(): object } {
  const { FunctionName, EventSourceArn } = config;
  let running: Promise<void> | undefined;
  return {
    start() {
      running ??= run().catch((error: unknown) =>
        log('error', `${EventSourceArn} is not read`, { reason: String(error) }),
      );
    },
    async stop() {
      const ended = await lifecycle.stop(Promise.resolve(running));
      if (!ended) log('warn', `${EventSourceArn} → ${FunctionName} still had work when stopped`);
    },
    pause: lifecycle.pause,
    resume: lifecycle.resume,
    describe: () => ({
      ...config,
      ...settings,
      State: lifecycle.state(),
      LastProcessingResult: lastResult() ?? 'No records processed',
    }),
  };
}
