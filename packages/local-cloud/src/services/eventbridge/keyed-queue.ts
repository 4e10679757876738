/** Runs work for many keys side by side: in order of arrival per key, at most `limit` at once per key. */
export interface KeyedQueue<Item> {
  push(key: string, item: Item): void;
  /** How much waits or runs. */
  size(): number;
  /** Starts no more work, forgets what waits, and resolves when what runs has ended. */
  close(): Promise<void>;
}

interface Lane<Item> {
  waiting: Item[];
  next: number;
  running: number;
}

/** `run` must not reject. Work starts on the next turn of the event loop, so that the caller can answer first. */
export function createKeyedQueue<Item>(limit: number, run: (item: Item) => Promise<void>): KeyedQueue<Item> {
  const lanes = new Map<string, Lane<Item>>();
  const running = new Set<Promise<void>>();
  let scheduled = false;
  let closed = false;

  const startFrom = (key: string, lane: Lane<Item>): void => {
    while (!closed && lane.running < limit && lane.next < lane.waiting.length) {
      const item = lane.waiting[lane.next++] as Item;
      lane.running++;
      const work = run(item).finally(() => {
        lane.running--;
        running.delete(work);
        startFrom(key, lane);
      });
      running.add(work);
    }
    if (lane.next < lane.waiting.length) return;
    lane.waiting = [];
    lane.next = 0;
    if (lane.running === 0) lanes.delete(key);
  };

  const pump = (): void => {
    scheduled = false;
    for (const [key, lane] of lanes) startFrom(key, lane);
  };

  return {
    push(key, item) {
      if (closed) return;
      const lane = lanes.get(key) ?? { waiting: [], next: 0, running: 0 };
      lanes.set(key, lane);
      lane.waiting.push(item);
      if (scheduled) return;
      scheduled = true;
      setImmediate(pump);
    },
    size: () => [...lanes.values()].reduce((sum, lane) => sum + lane.waiting.length - lane.next + lane.running, 0),
    async close() {
      closed = true;
      lanes.clear();
      await Promise.all(running);
    },
  };
}
