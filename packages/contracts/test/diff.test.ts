import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compareContracts } from '@dure/compatibility';
// shop
import type { Schema } from '@dure/compatibility';
// /shop
import { filesAt } from '../generate/diff/at-commit.ts';
import { writeFiles } from '../generate/files.ts';
import { generate } from '../generate/generate.ts';

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
  it('an event whose field may be anything breaks its consumers', async () => {
    const changes = await planted(
      'json-schema/inventory/StockReserved.v1.json',
      ({ properties }: { properties: Schema }) => {
        Reflect.deleteProperty(properties, 'expiresAt');
      },
    );
    expect(changes).toEqual([
      { contract: 'inventory/StockReserved.v1', at: 'expiresAt', what: 'may be anything now', breaking: true },
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
      { contract: 'orders GET /v1/orders/{orderId}', at: 'query why', what: 'is new and required', breaking: true },
      { contract: 'orders GET /v1/orders/{orderId}', at: '404', what: 'is gone', breaking: false },
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
