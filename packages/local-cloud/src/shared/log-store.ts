import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a log: what a function wrote, or the local cloud itself. */
export interface LogRecord {
  readonly time: string;
  readonly service: string;
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface LogQuery {
  readonly service?: string;
  readonly level?: string;
  readonly correlationId?: string;
  /** Text that the line contains, in any case. */
  readonly q?: string;
  readonly limit: number;
}

export interface LogStore {
  write(record: LogRecord): void;
  /** The latest records that match, oldest first. */
  search(query: LogQuery): LogRecord[];
  close(): void;
}

export interface LogStoreOptions {
  /** Appends to a file; the file system's by default. */
  readonly write?: (descriptor: number, line: string) => number;
  /** Called once when lines begin to be lost, and once when they are written again. */
  readonly tell?: (message: string) => void;
}

interface LogFile {
  readonly descriptor: number;
  size: number;
}

const MAX_FILE_BYTES = 10 * 1024 * 1024;
const CENTRAL = 'all';

/**
 * Logs as JSON lines: one file a service, and one of all to search in. A full file is kept once as `.1`. Each line is
 * written at once, so that a kill loses none. When the disk is full, lines are dropped until there
 * is room: a function matters more than its log.
 */
export function openLogStore(folder: string, { write = writeSync, tell }: LogStoreOptions = {}): LogStore {
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, LogFile>();
  let dropped = 0;

  function fileOf(name: string): LogFile {
    const path = join(folder, `${name}.log`);
    const file = files.get(name) ?? open(path);
    if (file.size < MAX_FILE_BYTES) {
      files.set(name, file);
      return file;
    }
    // What follows may fail, and a descriptor is closed once: its number may be that of another file by then.
    files.delete(name);
    closeSync(file.descriptor);
    renameSync(path, `${path}.1`);
    const next = open(path);
    files.set(name, next);
    return next;
  }

  return {
    write(record) {
      // What was cut off when the disk was full must not take the next line with it.
      const line = `${dropped > 0 ? '\n' : ''}${JSON.stringify(record)}\n`;
      try {
        for (const name of [record.service, CENTRAL]) {
          const file = fileOf(name);
          file.size += write(file.descriptor, line);
        }
        if (dropped > 0) tell?.(`Logs are written again; ${dropped} lines were lost.`);
        dropped = 0;
      } catch (error) {
        if (dropped === 0) tell?.(`Logs cannot be written to ${folder} and are lost: ${(error as Error).message}.`);
        dropped += 1;
      }
    },
    search(query) {
      const path = join(folder, `${CENTRAL}.log`);
      const found: LogRecord[] = [];
      for (const file of [path, `${path}.1`]) {
        if (existsSync(file)) searchFile(file, query, found);
      }
      return found.reverse();
    },
    close() {
      for (const { descriptor } of files.values()) closeSync(descriptor);
      files.clear();
    },
  };
}

function open(path: string): LogFile {
  const descriptor = openSync(path, 'a');
  return { descriptor, size: fstatSync(descriptor).size };
}

/** Adds matches, latest first, until there are enough. */
function searchFile(path: string, query: LogQuery, found: LogRecord[]): void {
  const text = query.q?.toLowerCase();
  const lines = readFileSync(path, 'utf8').split('\n');
  for (let index = lines.length - 1; index >= 0 && found.length < query.limit; index -= 1) {
    const line = lines[index]!;
    if (line === '' || (text !== undefined && !line.toLowerCase().includes(text))) continue;
    const record = parse(line);
    if (record !== undefined && matches(record, query)) found.push(record);
  }
}

function parse(line: string): LogRecord | undefined {
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return undefined;
  }
}

function matches(record: LogRecord, { service, level, correlationId }: LogQuery): boolean {
  const correlation = record['correlationId'] ?? record['correlationid'];
  return (
    (service === undefined || record.service === service) &&
    (level === undefined || record.level.toLowerCase() === level.toLowerCase()) &&
    (correlationId === undefined || correlation === correlationId)
  );
}

/** What a function wrote, as a record: a JSON object keeps its fields, any other text becomes the message. */
export function recordOf(
  origin: { service: string; function: string },
  stream: 'stdout' | 'stderr',
  line: string,
): LogRecord {
  const fallback = { time: new Date().toISOString(), level: stream === 'stderr' ? 'error' : 'info', message: line };
  if (!line.startsWith('{')) return { ...fallback, ...origin };
  try {
    const fields = JSON.parse(line) as Partial<LogRecord>;
    const time = timeOf(fields.time) ?? timeOf(fields['timestamp']) ?? fallback.time;
    return { message: '', ...fields, time, level: fields.level ?? fallback.level, ...origin };
  } catch {
    return { ...fallback, ...origin };
  }
}

/** A time that a line tells, as text or in milliseconds since 1970; undefined for what is none. */
function timeOf(value: unknown): string | undefined {
  if (typeof value === 'string') return Number.isNaN(Date.parse(value)) ? undefined : value;
  if (typeof value !== 'number' || Number.isNaN(new Date(value).getTime())) return undefined;
  return new Date(value).toISOString();
}
