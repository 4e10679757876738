import type { DatabaseSync } from 'node:sqlite';
import type { CloudLog, RecordDelivery } from '../../shared/types.ts';

/** What every part of the emulator is given. `now` is in ms since the epoch. */
export interface Context {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
  readonly now: () => number;
}

/** One action of the API, as it comes off the wire. */
export type Action = (input: Record<string, unknown>) => unknown;
