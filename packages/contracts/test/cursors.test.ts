import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, customer, staff, type TestCaller } from '@dure/testing/lambda-events';
import { describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod/mini';
import { api } from '../src/binding/api.ts';
import { decodeCursor, encodeCursor } from '../src/binding/cursor.ts';
import { http, type Operation } from '../src/binding/http.ts';
import { contracts } from '../src/contracts/all-contracts.ts';
import type { EndpointContract } from '../src/contracts/contract.ts';
import { problem } from '../src/contracts/problem.ts';

process.env['LOG_LEVEL'] = 'error';

const services = join(import.meta.dirname, '..', '..', '..', 'services');

const lists = contracts.filter(
  (contract) =>
    contract.kind === 'endpoint' && contract.query instanceof z.ZodMiniObject && 'cursor' in contract.query.shape,
);
const owners = [...new Set(lists.map(({ owner }) => owner))].sort();

/** A list of another service's list hands the cursor on, and says what that service says of it. */
const DECODES = /\bdecodeCursor\(|endsWith\(':invalid-cursor'\)/;
/** Places that parse a client's text by hand, with any content. */
const PARSES = /JSON\.parse\(\s*Buffer\.from\(\s*cursor|atob\(\s*cursor|Buffer\.from\(\s*cursor/;

/** What is wrong with how a service's sources read the cursors of its lists. */
function faultsOf(sources: readonly string[]): string[] {
  return [
    ...(sources.some((text) => DECODES.test(text)) ? [] : ['no source reads a cursor by decodeCursor, or hands it on']),
    ...sources.filter((text) => PARSES.test(text)).map((text) => `takes a cursor apart: ${text.slice(0, 80)}`),
  ];
}

describe('the lists', () => {
  it('are many, so that this looks at something', () => {
    expect(lists.length).toBeGreaterThanOrEqual(8);
    expect(owners.length).toBeGreaterThanOrEqual(6);
  });

  it.each(owners)('of %s read their cursors by decodeCursor alone', (owner) => {
    const files = globSync(join(services, owner, 'src', '**', '*.ts'));
    expect(faultsOf(files.map((file) => readFileSync(file, 'utf8')))).toEqual([]);
  });

  it.each([
    ['none at all', ['export const list = () => [];']],
    ['its own beside it', ['decodeCursor(Place, cursor)', "JSON.parse(Buffer.from(cursor, 'base64url').toString())"]],
  ])('of a service that has %s are found', (_, sources) => {
    expect(faultsOf(sources)).toHaveLength(1);
  });
});

const Place = z.strictObject({ after: z.string() });

/** A list whose every page ends at `x`, and what its operation sees of the cursors that come. */
function listOf(contract: EndpointContract) {
  const seen: unknown[] = [];
  const body = { ...(contract.example.response as object) };
  const next = { href: `${contract.fullPath}?limit=1&cursor=${encodeCursor({ after: 'x' })}` };
  const operation = {
    run: ({ query }: { query: { cursor?: string } }) => Promise.resolve(query.cursor),
    answer: (cursor: string | undefined) => {
      seen.push(cursor && decodeCursor(Place, cursor));
      const _links = { ...(body as { _links?: object })._links, next };
      const headers = Object.fromEntries((contract.responses[200]?.headers ?? []).map((name) => [name, 'said']));
      return { status: 200, body: { ...body, _links }, headers };
    },
    owner: () => null,
    none: () => problem('not-found'),
  };
  const handler = api({}, [http(contract, operation as unknown as Operation<EndpointContract, unknown>)]);
  const { params, query } = contract.example;
  return {
    seen,
    ask: (cursor?: string, caller: TestCaller | null = contract.access === 'public' ? null : staff) =>
      call(handler, {
        ...{ method: contract.method, resource: contract.fullPath, params: { ...params }, caller },
        query: { ...query, ...(cursor !== undefined && { cursor }) },
      }),
  };
}

const cursorOf = (body: Record<string, unknown>): string => {
  const { next } = body['_links'] as { next: { href: string } };
  return new URLSearchParams(next.href.split('?')[1]).get('cursor') ?? '';
};

const named = lists.map((contract) => [`${contract.owner} ${contract.name}`, contract as EndpointContract] as const);

describe('the cursor of a list', () => {
  it.each(named)('of %s is sealed, and comes back to its operation as it was', async (_, contract) => {
    const { ask, seen } = listOf(contract);
    const first = await ask();
    expect(first.status).toBe(200);
    const cursor = cursorOf(first.body);
    expect(decodeCursor(z.unknown(), cursor)).toBeUndefined();
    expect((await ask(cursor)).status).toBe(200);
    expect(seen).toEqual([undefined, { after: 'x' }]);
  });

  it.each(named)('of %s is refused when it is forged, cut, another’s or of another list', async (_, contract) => {
    const { ask, seen } = listOf(contract);
    const cursor = cursorOf((await ask()).body);
    const other = lists.find((it) => it !== contract)! as EndpointContract;
    const bad: (readonly [string, TestCaller?])[] = [
      [encodeCursor({ after: 'x' })!],
      [cursor.slice(0, -1)],
      [`${cursor}A`],
      [cursorOf((await listOf(other).ask()).body)],
      ...(contract.access === 'public' ? [] : [[cursor, { ...staff, subject: 'u-other' }] as const]),
    ];
    for (const [given, caller] of bad) {
      expect(await ask(given, caller)).toMatchObject({
        status: 400,
        body: { type: 'urn:dure:problem:invalid-cursor', title: expect.stringContaining('cursor') },
      });
    }
    expect(seen).toHaveLength(1);
  });

  it('opens with the key before, as long as that is there', async () => {
    const [, contract] = named[0]!;
    const { ask } = listOf(contract);
    const before = process.env['CURSOR_KEYS']!;
    const cursor = cursorOf((await ask()).body);
    const statuses: number[] = [];
    for (const keys of [`${'n'.repeat(43)} ${before}`, 'n'.repeat(43)]) {
      jest.replaceProperty(process, 'env', { ...process.env, CURSOR_KEYS: keys });
      statuses.push((await ask(cursor)).status);
      jest.restoreAllMocks();
    }
    expect(statuses).toEqual([200, 400]);
  });

  it('does not decide who may see the list', async () => {
    const [, contract] = named.find(([, { access }]) => access !== 'public' && access.own === undefined)!;
    const { ask } = listOf(contract);
    const cursor = cursorOf((await ask()).body);
    expect((await ask(cursor, customer('u-test'))).status).toBe(403);
  });
});
