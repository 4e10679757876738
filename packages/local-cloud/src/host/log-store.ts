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

interface LogFile {
  readonly descriptor: number;
  size: number;
}

const MAX_FILE_BYTES = 10 * 1024 * 1024;
const CENTRAL = 'all';

/**
 * Logs as JSON lines: one file a service, and one of all to search in. A full file is kept once as `.1`. Each line is
 * written at once, so that a kill loses none.
 */
export function openLogStore(folder: string): LogStore {
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, LogFile>();

  function fileOf(name: string): LogFile {
    const path = join(folder, `${name}.log`);
    const file = files.get(name) ?? open(path);
    if (file.size < MAX_FILE_BYTES) {
      files.set(name, file);
      return file;
    }
    closeSync(file.descriptor);
    renameSync(path, `${path}.1`);
    const next = open(path);
    files.set(name, next);
    return next;
  }

  return {
    write(record) {
      const line = `${JSON.stringify(record)}\n`;
      for (const name of [record.service, CENTRAL]) {
        const file = fileOf(name);
        file.size += writeSync(file.descriptor, line);
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
    const time = fields.time ?? (fields['timestamp'] as string | undefined) ?? fallback.time;
    return { message: '', ...fields, time, level: fields.level ?? fallback.level, ...origin };
  } catch {
    return { ...fallback, ...origin };
  }
}
