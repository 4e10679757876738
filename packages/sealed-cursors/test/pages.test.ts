import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { decodeCursor, encodeCursor } from '../src/cursor.ts';
import { pagesOf, takesCursor } from '../src/index.ts';

const query = z.strictObject({ status: z.string(), cursor: z.optional(z.string()) });
const LIST = { owner: 'things', name: 'ListThings', version: 1, query };
const Place = z.strictObject({ after: z.string() });

const keys = process.env['CURSOR_KEYS'];
afterEach(() => {
  process.env['CURSOR_KEYS'] = keys;
});

const answer = {
  status: 200,
  body: {
    items: [{ _links: { self: { href: '/v1/x?cursor=other' } } }],
    _links: {
      self: { href: '/v1/things?status=new' },
      next: { href: `/v1/things?status=new&cursor=${encodeCursor({ after: 'x' })}&limit=2`, title: 'more' },
    },
  },
};

const cursorIn = (href: string) => new URLSearchParams(href.split('?')[1]).get('cursor') ?? '';

describe('the pages of a list', () => {
  it('give a client nothing to read, and take back what they gave', () => {
    const pages = pagesOf(LIST, 'c-1');
    const { body } = pages.sealed(answer);
    const { self, next } = body._links;
    expect(self).toEqual(answer.body._links.self);
    expect(next).toMatchObject({
      title: 'more',
      href: expect.stringMatching(/^\/v1\/things\?status=new&cursor=.+&limit=2$/),
    });
    expect(body.items).toEqual(answer.body.items);
    const cursor = cursorIn(next.href);
    expect(decodeCursor(Place, cursor)).toBeUndefined();
    const opened = pages.opened({ query: { status: 'new', cursor }, ifMatch: '' });
    expect(opened).toMatchObject({ query: { status: 'new' }, ifMatch: '' });
    expect(decodeCursor(Place, opened?.query.cursor ?? '')).toEqual({ after: 'x' });
  });

  it('take no cursor of another caller or list, and none that is not sealed', () => {
    const cursor = cursorIn(pagesOf(LIST, 'c-1').sealed(answer).body._links.next.href);
    expect(pagesOf(LIST, 'c-2').opened({ query: { cursor } })).toBeUndefined();
    expect(pagesOf(LIST, undefined).opened({ query: { cursor } })).toBeUndefined();
    expect(pagesOf({ ...LIST, name: 'ListOthers' }, 'c-1').opened({ query: { cursor } })).toBeUndefined();
    expect(pagesOf(LIST, 'c-1').opened({ query: { cursor: encodeCursor({ after: 'x' }) } })).toBeUndefined();
  });

  it('leave alone what has no cursor', () => {
    const pages = pagesOf(LIST, undefined);
    expect(pages.opened({ query: { status: 'new' } })).toEqual({ query: { status: 'new' } });
    const problem = { problem: 'thing-not-found' };
    expect(pages.sealed<{ readonly body?: unknown }>(problem as object)).toBe(problem);
  });

  it('of a list need a key', () => {
    process.env['CURSOR_KEYS'] = '';
    expect(() => pagesOf(LIST, 'c-1')).toThrow(
      'ListThings is a list, and the environment variable CURSOR_KEYS is not set.',
    );
    process.env['CURSOR_KEYS'] = randomBytes(8).toString('hex');
    expect(() => pagesOf(LIST, 'c-1')).toThrow('A key of cursors has 32 characters at least.');
  });
});

it('what is no list needs none', () => {
  process.env['CURSOR_KEYS'] = '';
  for (const schema of [undefined, z.strictObject({ limit: z.string() }), z.string()]) {
    const endpoint = { ...LIST, query: schema };
    expect(takesCursor(endpoint)).toBe(false);
    const request = { query: { cursor: 'x' } };
    expect(pagesOf(endpoint, 'c-1').opened(request)).toBe(request);
    expect(pagesOf(endpoint, 'c-1').sealed(answer)).toBe(answer);
  }
});
