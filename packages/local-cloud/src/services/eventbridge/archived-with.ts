import type { DatabaseSync } from 'node:sqlite';

const MAX_EVENTS = 500;

/** Finds archived events by a value in their JSON, which stands there in quotes. An event of two archives counts once. */
export function createArchivedWith(database: DatabaseSync): (value: string) => Readonly<Record<string, unknown>>[] {
  const find = database.prepare(
    'SELECT id, body FROM eventbridge_archived WHERE instr(body, ?) > 0 ORDER BY time DESC, sequence DESC LIMIT ?',
  );
  return (value) => {
    const rows = find.all(JSON.stringify(value), MAX_EVENTS) as unknown as { id: string; body: string }[];
    const bodies = new Map(rows.reverse().map(({ id, body }) => [id, body]));
    return [...bodies.values()].map((body) => JSON.parse(body) as Readonly<Record<string, unknown>>);
  };
}
