import type { RecordStore } from './record-store.ts';
import type { StreamStore } from './stream-store.ts';

/** What the actions work with. */
export interface Parts {
  readonly streams: StreamStore;
  readonly records: RecordStore;
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly atomically: <T>(work: () => T) => T;
  /** Something came into a stream, or its shards changed. */
  readonly changed: (stream: string) => void;
}

/** An action's input as the JSON protocol has it; bytes may be bytes. */
export type Input = Record<string, unknown>;
export type Action = (input: Input) => object | undefined;
export type Actions = Readonly<Record<string, Action>>;
