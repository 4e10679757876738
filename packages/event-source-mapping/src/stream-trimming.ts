import type { Log } from './surroundings.ts';
import type { EventSourceMapping } from './mapping.ts';

const INTERVAL_MS = 30_000;

/** The sequence number by table up to which every mapping has read. A table with a mapping yet to begin is left out. */
export function readByAll(mappings: Iterable<EventSourceMapping>): Record<string, string> {
  const slowest = new Map<string, bigint>();
  for (const { tableName, checkpoint } of mappings) {
    if (tableName === undefined) continue;
    const position = BigInt(checkpoint() ?? 0);
    const before = slowest.get(tableName);
    slowest.set(tableName, before === undefined || position < before ? position : before);
  }
  return Object.fromEntries([...slowest].map(([table, position]) => [table, String(position)]));
}

/** Trims streams behind their slowest reader from time to time. Returns how to stop it. */
export function startStreamTrimming(
  mappings: Iterable<EventSourceMapping>,
  trim: (readUpTo: Record<string, string>) => Promise<void>,
  log: Log,
  intervalMs = INTERVAL_MS,
): () => void {
  const timer = setInterval(() => {
    trim(readByAll(mappings)).catch((error: unknown) =>
      log('warn', 'Trimming streams failed', { reason: String(error) }),
    );
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
