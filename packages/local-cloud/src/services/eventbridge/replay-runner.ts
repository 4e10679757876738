import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from './context.ts';
import type { Deliveries, PendingDelivery } from './deliveries.ts';
import type { Publish } from './publisher.ts';
import type { Replay } from './replays.ts';
import { inTransaction } from './schema.ts';

const BATCH = 100;
const MAX_PENDING = 1_000;
const PAUSE_MS = 10;

interface ArchivedEvent {
  readonly sequence: number;
  readonly time: number;
  readonly id: string;
  readonly label: string;
  readonly body: string;
}

export interface ReplayRunner {
  run(name: string): void;
  /** Goes on with what a former process left running. */
  start(): void;
  stop(): Promise<void>;
  running(): number;
}

/**
 * Replays archived events in the order of their time, with `replay-name` added. The place reached is written together
 * with the deliveries, so that a replay goes on after a crash without leaving out or repeating an event.
 */
export function createReplayRunner(context: Context, publish: Publish, deliveries: Deliveries): ReplayRunner {
  const { database, now } = context;
  const select = database.prepare('SELECT * FROM eventbridge_replays WHERE name = ?');
  const selectActive = database.prepare(
    "SELECT name FROM eventbridge_replays WHERE state IN ('STARTING', 'RUNNING', 'CANCELLING')",
  );
  const begin = database.prepare(
    "UPDATE eventbridge_replays SET state = 'RUNNING' WHERE name = ? AND state = 'STARTING'",
  );
  const finish = database.prepare('UPDATE eventbridge_replays SET state = ?, reason = ?, ended = ? WHERE name = ?');
  const advance = database.prepare('UPDATE eventbridge_replays SET last_time = ?, last_sequence = ? WHERE name = ?');
  const selectBatch = database.prepare(
    `SELECT sequence, time, id, label, body FROM eventbridge_archived
     WHERE archive = ? AND time BETWEEN ? AND ? AND (time, sequence) > (?, ?) ORDER BY time, sequence LIMIT ${BATCH}`,
  );
  const working = new Map<string, Promise<void>>();
  let started = false;

  const run = (name: string): void => {
    if (!started) return;
    const work = replayAll(name)
      .catch((error: unknown) => finish.run('FAILED', String(error), now(), name))
      .finally(() => working.delete(name));
    working.set(name, work as Promise<void>);
  };

  async function replayAll(name: string): Promise<void> {
    // StartReplay answers STARTING before anything happens.
    await pause(0);
    begin.run(name);
    while (started) {
      const replay = select.get(name) as unknown as Replay;
      if (replay.state === 'CANCELLING') {
        finish.run('CANCELLED', null, now(), name);
        return;
      }
      if (deliveries.pending() > MAX_PENDING) {
        await pause(PAUSE_MS);
        continue;
      }
      if (!replayBatch(replay)) {
        finish.run('COMPLETED', null, now(), name);
        return;
      }
      await pause(0);
    }
  }

  /** False when there was nothing more to replay. */
  function replayBatch(replay: Replay): boolean {
    const { name, archive, bus, start, stop, last_time, last_sequence } = replay;
    const events = selectBatch.all(archive, start, stop, last_time ?? start, last_sequence);
    const last = events.at(-1) as unknown as ArchivedEvent | undefined;
    if (last === undefined) return false;
    const rules = replay.filters === null ? [] : (JSON.parse(replay.filters) as string[]);
    const pending = inTransaction(database, () => {
      advance.run(last.time, last.sequence, name);
      return (events as unknown as ArchivedEvent[]).flatMap((event) => replayOne(bus, name, rules, event));
    });
    deliveries.add(pending);
    return true;
  }

  function replayOne(bus: string, name: string, rules: readonly string[], archived: ArchivedEvent): PendingDelivery[] {
    const { id, label, time } = archived;
    const event = { ...(JSON.parse(archived.body) as Record<string, unknown>), 'replay-name': name };
    const body = `${archived.body.slice(0, -1)},"replay-name":${JSON.stringify(name)}}`;
    return publish(bus, { id, label, body, event, time, receivedAt: now() }, { replay: { rules } });
  }

  return {
    run,
    start() {
      started = true;
      for (const { name } of selectActive.all()) run(String(name));
    },
    async stop() {
      started = false;
      await Promise.all(working.values());
    },
    running: () => working.size,
  };
}
