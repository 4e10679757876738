import {
  appendFileSync,
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type LogStore, openLogStore, recordOf } from '../../src/shared/log-store.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dure-logs-'));
  folders.push(folder);
  return folder;
}

const origin = { service: 'orders', function: 'api' };

function filled(folder: string, lines: [string, string][]): LogStore {
  const store = openLogStore(folder);
  for (const [service, line] of lines) store.write(recordOf({ service, function: 'api' }, 'stdout', line));
  store.close();
  return openLogStore(folder);
}

describe('a line', () => {
  it('of JSON keeps its fields', () => {
    const line = '{"level":"warn","message":"late","time":"2026-01-01T00:00:00Z","orderId":"o1","service":"forged"}';
    expect(recordOf(origin, 'stdout', line)).toEqual({
      level: 'warn',
      message: 'late',
      time: '2026-01-01T00:00:00Z',
      orderId: 'o1',
      service: 'orders',
      function: 'api',
    });
  });

  it.each([
    ['stdout', 'plain text', 'info'],
    ['stderr', 'plain text', 'error'],
    ['stdout', '{"cut":', 'info'],
    ['stdout', '[1]', 'info'],
  ] as const)('to %s that is %s becomes the message', (stream, line, level) => {
    expect(recordOf(origin, stream, line)).toMatchObject({ message: line, level, ...origin });
  });
});

describe('a search', () => {
  it('finds by service, level, correlation id and text, latest last, up to a limit', () => {
    const store = filled(folderOf(), [
      ['orders', '{"level":"INFO","message":"placed","correlationId":"c1"}'],
      ['payments', '{"level":"error","message":"Declined","correlationid":"c1"}'],
      ['orders', 'started'],
      ['orders', '{"level":"INFO","message":"confirmed","correlationId":"c2"}'],
    ]);
    const messages = (query: object): string[] => store.search({ limit: 10, ...query }).map(({ message }) => message);
    expect(messages({})).toEqual(['placed', 'Declined', 'started', 'confirmed']);
    expect(messages({ service: 'orders', level: 'info' })).toEqual(['placed', 'started', 'confirmed']);
    expect(messages({ correlationId: 'c1' })).toEqual(['placed', 'Declined']);
    expect(messages({ q: 'dECLINED' })).toEqual(['Declined']);
    expect(messages({ service: 'orders', limit: 1 })).toEqual(['confirmed']);
    store.close();
  });

  it('goes on in the file before, which is kept once when a file is full', () => {
    const folder = folderOf();
    const large = 'x'.repeat(1024 * 1024);
    const lines = Array.from({ length: 25 }, (_, index): [string, string] => ['orders', `${index} ${large}`]);
    const store = filled(folder, lines);
    expect(readdirSync(folder).sort()).toEqual(['all.log', 'all.log.1', 'orders.log', 'orders.log.1']);
    expect(statSync(join(folder, 'all.log')).size).toBeLessThan(12 * 1024 * 1024);
    const found = store.search({ limit: 12 }).map(({ message }) => Number(message.split(' ')[0]));
    expect(found).toEqual([13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    store.close();
  });

  it('skips what a kill left half written', () => {
    const folder = folderOf();
    const store = filled(folder, [['orders', 'whole']]);
    store.close();
    appendFileSync(join(folder, 'all.log'), '{"time":"2026');
    const again = openLogStore(folder);
    expect(again.search({ limit: 10 })).toHaveLength(1);
    expect(readFileSync(join(folder, 'orders.log'), 'utf8')).toContain('whole');
    again.close();
  });
});

it('drops lines while the disk takes none, says so once, and goes on when it does', () => {
  const folder = folderOf();
  const said: string[] = [];
  let room = 1;
  const write = (descriptor: number, line: string): number => {
    if (room > 0) return writeSync(descriptor, line);
    // As much as there was room for.
    writeSync(descriptor, line.slice(0, 5));
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  const store = openLogStore(folder, { write, tell: (message) => said.push(message) });
  const say = (message: string) => store.write(recordOf(origin, 'stdout', message));
  say('before');
  room = 0;
  say('lost');
  say('lost as well');
  room = 1;
  say('after');
  expect(store.search({ limit: 10 }).map(({ message }) => message)).toEqual(['before', 'after']);
  expect(said).toEqual([
    `Logs cannot be written to ${folder} and are lost: ENOSPC: no space left on device, write.`,
    'Logs are written again; 2 lines were lost.',
  ]);
  store.close();
});

it('goes on when a full file could not be put aside, and leaves the files of others open', () => {
  const folder = folderOf();
  const path = join(folder, 'all.log');
  writeFileSync(path, '');
  truncateSync(path, 10 * 1024 * 1024 - 1);
  mkdirSync(`${path}.1`);
  const told: string[] = [];
  const store = openLogStore(folder, { tell: (message) => told.push(message) });
  const record = { time: '2026-01-01T00:00:00Z', service: 'orders', level: 'info', message: 'kept' };
  store.write(record);
  store.write(record);
  // A descriptor that was closed is given to the next file that is opened.
  const other = openSync(join(folder, 'other'), 'w');
  store.write(record);
  expect(fstatSync(other).isFile()).toBe(true);
  closeSync(other);
  rmSync(`${path}.1`, { recursive: true });
  store.write(record);
  expect(told.at(-1)).toBe('Logs are written again; 2 lines were lost.');
  expect(readFileSync(path, 'utf8').trim()).toBe(JSON.stringify(record));
  store.close();
});
