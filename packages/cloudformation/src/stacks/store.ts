import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { ChangeSet, Stack, StackEvent, StackResource } from './model.ts';

export interface StackStore {
  /** All of a stack but its resources. */
  save(stack: Stack): void;
  saveResource(stackId: string, resource: StackResource): void;
  deleteResource(stackId: string, logicalId: string): void;
  /** The id of the stack that has another resource of this type and of this name, or of this physical id. */
  ownerOf(resource: Owned): string | undefined;
  /** By id, deleted ones too; by name, the one that exists. */
  find(nameOrId: string): Stack | undefined;
  /** Also the deleted ones, latest first. */
  all(): Stack[];
  addEvent(event: Omit<StackEvent, 'EventId' | 'Timestamp'>): void;
  /** Latest first, of at most `limit`, before the position that the former page ended with. */
  events(stackId: string, limit: number, before?: number): { events: StackEvent[]; next?: number };
  saveChangeSet(changeSet: ChangeSet): void;
  /** By its id, or by its name and that of its stack. */
  findChangeSet(nameOrId: string, stackId?: string): ChangeSet | undefined;
  changeSets(stackId: string): ChangeSet[];
  deleteChangeSet(id: string): void;
}

/** A resource, by its stack and logical id, and what it stands for. */
export interface Owned {
  readonly type: string;
  readonly name: string;
  readonly physicalId?: string;
  readonly stackId: string;
  readonly logicalId: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS account_stacks (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, deleted INTEGER NOT NULL, created_at TEXT NOT NULL, body TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS account_stacks_by_name ON account_stacks (name) WHERE deleted = 0;
  CREATE TABLE IF NOT EXISTS account_stack_resources (
    position INTEGER PRIMARY KEY AUTOINCREMENT, stack_id TEXT NOT NULL, logical_id TEXT NOT NULL, type TEXT NOT NULL,
    name TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (stack_id, logical_id));
  CREATE INDEX IF NOT EXISTS account_stack_resources_by_name ON account_stack_resources (type, name);
  CREATE TABLE IF NOT EXISTS account_stack_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT, stack_id TEXT NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS account_stack_events_by_stack ON account_stack_events (stack_id, position);
  CREATE TABLE IF NOT EXISTS account_change_sets (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, stack_id TEXT NOT NULL, body TEXT NOT NULL)`;

type Row = { body: string } | undefined;

/** Stacks, their resources, events and change sets, each as a JSON document, on disk at once. */
export function openStackStore(database: DatabaseSync): StackStore {
  database.exec(SCHEMA);
  const upsert = database.prepare('INSERT OR REPLACE INTO account_stacks VALUES (?, ?, ?, ?, ?)');
  const byId = database.prepare('SELECT body FROM account_stacks WHERE id = ?');
  const byName = database.prepare('SELECT body FROM account_stacks WHERE name = ? AND deleted = 0');
  const everyStack = database.prepare('SELECT body FROM account_stacks ORDER BY created_at DESC');
  const upsertResource = database.prepare(
    `INSERT INTO account_stack_resources (stack_id, logical_id, type, name, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (stack_id, logical_id) DO UPDATE SET type = excluded.type, name = excluded.name, body = excluded.body`,
  );
  const removeResource = database.prepare('DELETE FROM account_stack_resources WHERE stack_id = ? AND logical_id = ?');
  const resourcesOf = database.prepare('SELECT body FROM account_stack_resources WHERE stack_id = ? ORDER BY position');
  const owner = database.prepare(
    `SELECT stack_id FROM account_stack_resources JOIN account_stacks ON account_stacks.id = stack_id
     WHERE type = ? AND (account_stack_resources.name = ? OR account_stack_resources.body ->> 'physicalId' = ?)
       AND NOT (stack_id = ? AND logical_id = ?) AND deleted = 0`,
  );
  const insertEvent = database.prepare('INSERT INTO account_stack_events (stack_id, body) VALUES (?, ?)');
  const page = database.prepare(
    'SELECT position, body FROM account_stack_events WHERE stack_id = ? AND position < ? ORDER BY position DESC LIMIT ?',
  );
  const upsertSet = database.prepare('INSERT OR REPLACE INTO account_change_sets VALUES (?, ?, ?, ?)');
  const setById = database.prepare('SELECT body FROM account_change_sets WHERE id = ?');
  const setByName = database.prepare('SELECT body FROM account_change_sets WHERE name = ? AND stack_id = ?');
  const setsOf = database.prepare('SELECT body FROM account_change_sets WHERE stack_id = ?');
  const deleteSet = database.prepare('DELETE FROM account_change_sets WHERE id = ?');
  const parsed = <T>(row: unknown): T | undefined =>
    row === undefined ? undefined : (JSON.parse((row as NonNullable<Row>).body) as T);

  function withResources(row: unknown): Stack | undefined {
    const stack = parsed<Stack>(row);
    if (stack === undefined) return undefined;
    const resources = resourcesOf.all(stack.id).map((each) => parsed<StackResource>(each)!);
    return { ...stack, resources: Object.fromEntries(resources.map((resource) => [resource.logicalId, resource])) };
  }

  return {
    save({ resources: _apart, ...stack }) {
      const deleted = stack.deletedAt === undefined ? 0 : 1;
      upsert.run(stack.id, stack.name, deleted, stack.createdAt, JSON.stringify(stack));
    },
    saveResource(stackId, resource) {
      const { logicalId, type, name } = resource;
      upsertResource.run(stackId, logicalId, type, name, JSON.stringify(resource));
    },
    deleteResource: (stackId, logicalId) => void removeResource.run(stackId, logicalId),
    ownerOf({ type, name, physicalId = '', stackId, logicalId }) {
      const row = owner.get(type, name, physicalId || null, stackId, logicalId);
      return (row as { stack_id: string } | undefined)?.stack_id;
    },
    find: (nameOrId) => withResources(byId.get(nameOrId) ?? byName.get(nameOrId)),
    all: () => everyStack.all().map((row) => withResources(row)!),
    addEvent(event) {
      const whole: StackEvent = { EventId: randomUUID(), Timestamp: new Date().toISOString(), ...event };
      insertEvent.run(event.StackId, JSON.stringify(whole));
    },
    events(stackId, limit, before = Number.MAX_SAFE_INTEGER) {
      const rows = page.all(stackId, before, limit) as { position: number; body: string }[];
      const last = rows.length < limit ? undefined : rows.at(-1)?.position;
      const events = rows.map((row) => parsed<StackEvent>(row)!);
      return { events, ...(last !== undefined && { next: last }) };
    },
    saveChangeSet(set) {
      upsertSet.run(set.id, set.name, set.stackId, JSON.stringify(set));
    },
    findChangeSet: (nameOrId, stackId = '') =>
      parsed<ChangeSet>(setById.get(nameOrId) ?? setByName.get(nameOrId, stackId)),
    changeSets: (stackId) => setsOf.all(stackId).map((row) => parsed<ChangeSet>(row)!),
    deleteChangeSet: (id) => void deleteSet.run(id),
  };
}
