import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesAt } from '../generate/diff/at-commit.ts';
import { compareContracts } from '../generate/diff/contracts.ts';
import { compareSchemas, type Direction, type Schema } from '../generate/diff/schemas.ts';
import { writeFiles } from '../generate/files.ts';
import { generate } from '../generate/generate.ts';

const line = { type: 'object', properties: { sku: { type: 'string', maxLength: 64 } }, required: ['sku'] };
const before: Schema = {
  type: 'object',
  description: 'Anything',
  properties: {
    id: { $ref: '#/$defs/Id' },
    status: { type: 'string', enum: ['open', 'closed'] },
    note: { type: 'string' },
    lines: { type: 'array', minItems: 1, maxItems: 40, items: line },
  },
  required: ['id', 'lines'],
  $defs: { Id: { type: 'string', pattern: '^[a-z]+$' } },
};

interface Changed {
  readonly properties?: Record<string, unknown>;
  readonly required?: readonly string[];
  readonly $defs?: unknown;
}

/** What is said of a change, for callers and for consumers: `+` compatible, `!` breaking. */
function judged({ properties, ...rest }: Changed): string[] {
  const after = { ...before, properties: { ...(before['properties'] as object), ...properties }, ...rest };
  const judge = (direction: Direction) =>
    compareSchemas({ schema: before, document: before }, { schema: after, document: after }, direction).map(
      ({ at, what, breaking }) => `${direction} ${breaking ? '!' : '+'} ${at} ${what}`,
    );
  return [...judge('input'), ...judge('output')];
}

describe('a schema that changed', () => {
  it.each<[string, Changed, string[]]>([
    ['a description', { $defs: { Id: { type: 'string', pattern: '^[a-z]+$', description: 'New' } } }, []],
    ['a mark', { $defs: { Id: { type: 'string', pattern: '^[a-z]+$', 'x-personal': true } } }, []],
    ['a new field', { properties: { more: {} } }, ['input + more is new', 'output + more is new']],
    [
      'a new field that is required',
      { properties: { more: {} }, required: ['id', 'lines', 'more'] },
      ['input ! more is new and required', 'output + more is new and required'],
    ],
    [
      'a field that may be left out',
      { required: ['id'] },
      ['input + lines is no longer required', 'output ! lines is no longer required'],
    ],
    [
      'a field that may not be left out',
      { required: ['id', 'lines', 'note'] },
      ['input ! note is required now', 'output + note is required now'],
    ],
    [
      'a value more',
      { properties: { status: { type: 'string', enum: ['open', 'closed', 'lost'] } } },
      [
        'input + status enum is ["open","closed","lost"], not ["open","closed"]',
        'output ! status enum is ["open","closed","lost"], not ["open","closed"]',
      ],
    ],
    [
      'a value less',
      { properties: { status: { type: 'string', enum: ['open'] } } },
      [
        'input ! status enum is ["open"], not ["open","closed"]',
        'output + status enum is ["open"], not ["open","closed"]',
      ],
    ],
    [
      'a higher limit',
      { properties: { lines: { type: 'array', minItems: 1, maxItems: 50, items: line } } },
      ['input + lines maxItems is 50, not 40', 'output ! lines maxItems is 50, not 40'],
    ],
    [
      'a limit that was none',
      { properties: { note: { type: 'string', minLength: 1 } } },
      ['input ! note minLength is 1, not not set', 'output + note minLength is 1, not not set'],
    ],
    [
      'another type, deep inside',
      {
        properties: {
          lines: {
            type: 'array',
            minItems: 1,
            maxItems: 40,
            items: { ...line, properties: { sku: { type: 'number', maxLength: 64 } } },
          },
        },
      },
      ['input ! lines[].sku type is "number", not "string"', 'output ! lines[].sku type is "number", not "string"'],
    ],
    [
      'what a reference leads to',
      { $defs: { Id: { type: 'string', pattern: '^[0-9]+$' } } },
      ['input ! id pattern is "^[0-9]+$", not "^[a-z]+$"', 'output ! id pattern is "^[0-9]+$", not "^[a-z]+$"'],
    ],
  ])('%s', (_, change, expected) => {
    expect(judged(change)).toEqual(expected);
  });

  it('by a field that is gone breaks both', () => {
    const { note: _note, ...properties } = before['properties'] as Record<string, unknown>;
    const after = { ...before, properties };
    const compare = (direction: Direction) =>
      compareSchemas({ schema: before, document: before }, { schema: after, document: after }, direction);
    const gone = [{ at: 'note', what: 'is gone', breaking: true }];
    expect([compare('input'), compare('output')]).toEqual([gone, gone]);
  });

  it('that leads to itself comes to an end', () => {
    const tree = (type: string): Schema => ({
      $ref: '#/$defs/Node',
      $defs: { Node: { properties: { next: { $ref: '#/$defs/Node' }, value: { type } } } },
    });
    const [one, other] = [tree('string'), tree('number')];
    expect(compareSchemas({ schema: one, document: one }, { schema: other, document: other }, 'output')).toEqual([
      { at: 'value', what: 'type is "number", not "string"', breaking: true },
    ]);
  });
});

describe('the contracts, with a planted change', () => {
  // shop
  async function planted(path: string, change: (document: never) => void) {
    const files = await generate();
    const document = JSON.parse(files.get(path) ?? '') as never;
    change(document);
    return compareContracts(files, new Map(files).set(path, JSON.stringify(document)));
  }
  // /shop

  it('are the same as themselves', async () => {
    expect(compareContracts(await generate(), await generate())).toEqual([]);
  });

  // shop
  it('an event that loses a field breaks its consumers', async () => {
    const changes = await planted(
      'json-schema/inventory/StockReserved.v1.json',
      ({ properties }: { properties: Schema }) => {
        Reflect.deleteProperty(properties, 'expiresAt');
      },
    );
    expect(changes).toEqual([
      { contract: 'inventory/StockReserved.v1', at: 'expiresAt', what: 'is gone', breaking: true },
    ]);
  });

  it('a command that needs more breaks who sends it, and one that needs less does not', async () => {
    const needs = (required: string[]) =>
      planted('json-schema/inventory/ReserveStock.v1.json', (document: { required: string[] }) => {
        document.required = required;
      });
    expect(await needs(['orderId'])).toMatchObject([
      { contract: 'inventory/ReserveStock.v1', at: 'lines', breaking: false },
    ]);
  });

  it('a parameter that is asked for of everyone breaks callers, and so does an operation that is gone', async () => {
    type OpenApi = { paths: Record<string, Record<string, { parameters: unknown[]; responses: Schema }>> };
    const changes = await planted('openapi/orders.json', ({ paths }: OpenApi) => {
      paths['/v1/orders/{orderId}']!['get']!.parameters.push({ in: 'query', name: 'why', required: true, schema: {} });
      Reflect.deleteProperty(paths['/v1/orders/{orderId}']!['get']!.responses, '404');
      paths['/v1/orders/{orderId}/notes'] = { get: { parameters: [], responses: {} } };
      Reflect.deleteProperty(paths['/v1/orders']!, 'post');
    });
    expect(changes).toEqual([
      { contract: 'orders GET /v1/orders/{orderId}', at: '404', what: 'is gone', breaking: false },
      { contract: 'orders GET /v1/orders/{orderId}', at: 'query why', what: 'is new and required', breaking: true },
      { contract: 'orders GET /v1/orders/{orderId}/notes', at: '', what: 'is new', breaking: false },
      { contract: 'orders POST /v1/orders', at: '', what: 'is gone', breaking: true },
    ]);
  });
  // /shop
});

it('the contracts of a commit are its own, not the present ones', async () => {
  const root = mkdtempSync(join(tmpdir(), 'dure-contracts-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root });
  try {
    const files = await generate();
    const folder = join(root, 'packages', 'contracts', 'generated');
    writeFiles(folder, files);
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'All');
    writeFiles(folder, new Map([['index.json', '{}']]));
    expect(compareContracts(filesAt(root, 'HEAD'), files)).toEqual([]);
    expect(() => filesAt(root, 'nowhere')).toThrow('is nowhere a commit, and is it fetched?');
    expect(() => filesAt(root, '--all')).toThrow('is --all a commit');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
