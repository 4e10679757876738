import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { makeSite } from '@dure/docs-pages/site';
import { writeSite } from '@dure/docs-pages/write-site';
import { answerDocs, type DocsAnswer, type StoredSite } from '../src/docs/answer.ts';
import { builtPages } from '../src/docs/folder.ts';
import { requestOf, resultOf } from '../src/docs/gateway.ts';
import { apiCatalog, besides } from '../src/docs/linkset.ts';
import { best, speaks } from '../src/docs/negotiate.ts';

const folder = mkdtempSync(join(tmpdir(), 'registry-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

let site: StoredSite;

beforeAll(() => {
  const names = [
    'bus.mjs',
    'service.mjs',
    'live.mjs',
    'swagger-ui.js',
    'page.css',
    'swagger-ui.css',
    'asyncapi.css',
    'icon.svg',
  ];
  const openapi = { parcels: { openapi: '3.1.1', paths: {} } };
  const asyncapi = { channels: {}, operations: {}, components: { messages: {}, schemas: {} } };
  const problems = [{ type: 'urn:dure:problem:x', code: 'x', status: 400, title: 'X', operations: [] }];
  const assets = Object.fromEntries(names.map((name) => [name, Buffer.from(name)]));
  writeSite(makeSite({ openapi, asyncapi, messages: [], problems, schemas: {} }, assets), folder);
  site = JSON.parse(readFileSync(join(folder, 'files.json'), 'utf8')) as StoredSite;
});

const options = { read: (name: string) => readFile(join(folder, name)), elsewhere: 'https://*.example.com' };

const ask = (path: string, headers: Record<string, string> = {}, lang?: string): Promise<DocsAnswer | undefined> =>
  answerDocs({ path, headers, lang }, { ...options, site });

const languageOf = async (headers: Record<string, string>, lang?: string): Promise<string | undefined> =>
  (await ask('/docs', headers, lang))?.headers['content-language'];

describe('the body', () => {
  it('is compressed as the client accepts, and the same each way', async () => {
    const answers = await Promise.all(
      ['', 'gzip', 'gzip, deflate, br', 'br;q=0.5, gzip', 'br;q=0, gzip;q=0', '*'].map((accepted) =>
        ask('/asyncapi.json', { 'accept-encoding': accepted }),
      ),
    );
    const encodings = answers.map((answer) => answer?.headers['content-encoding']);
    expect(encodings).toEqual([undefined, 'gzip', 'br', 'gzip', undefined, 'br']);
    const decoded = answers.map((answer, index) => {
      const decode = { br: brotliDecompressSync, gzip: gunzipSync }[encodings[index] ?? ''] ?? ((body: Buffer) => body);
      return String(decode(answer!.body));
    });
    expect(new Set(decoded).size).toBe(1);
    expect(JSON.parse(decoded[0]!)).toHaveProperty('channels');
    expect(new Set(answers.map((answer) => answer?.headers['etag'])).size).toBe(3);
    expect(answers.every((answer) => answer?.headers['vary'] === 'accept-encoding')).toBe(true);
  });

  it('is not sent again to who has it', async () => {
    const headers = { 'accept-encoding': 'br' };
    const first = await ask('/docs', headers);
    const { etag } = first!.headers;
    for (const tag of [etag!, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask('/docs', { ...headers, 'if-none-match': tag });
      expect([again?.status, again?.body.length, again?.headers['etag']]).toEqual([304, 0, etag]);
    }
    expect((await ask('/docs', { 'if-none-match': etag! }))?.status).toBe(200);
  });

  it('is kept for ever where its address has its hash, and asked for again elsewhere', async () => {
    const asset = Object.keys(site).find((path) => path.startsWith('/docs/assets/page.'))!;
    expect((await ask(asset))?.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/css; charset=utf-8',
    });
    expect((await ask('/docs/services/parcels'))?.headers['cache-control']).toBe('no-cache');
  });
});

describe('a page', () => {
  it('is in the language that was chosen, else in that of the browser, else in English', async () => {
    expect(await languageOf({})).toBe('en');
    expect(await languageOf({ 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.8' })).toBe('ko');
    expect(await languageOf({ 'accept-language': 'fr, de;q=0.9' })).toBe('en');
    expect(await languageOf({ 'accept-language': 'ko', cookie: 'a=b; dure-docs-lang=en' })).toBe('en');
    expect(await languageOf({ cookie: 'dure-docs-lang=en' }, 'ko')).toBe('ko');
    expect(await languageOf({ cookie: 'dure-docs-lang=xx' }, 'constructor')).toBe('en');
  });

  it('remembers what was chosen, and nothing else', async () => {
    expect((await ask('/docs', {}, 'ko'))?.headers['set-cookie']).toMatch(/^dure-docs-lang=ko; .*HttpOnly$/);
    expect((await ask('/docs', { 'accept-language': 'ko' }))?.headers['set-cookie']).toBeUndefined();
    expect((await ask('/docs', {}, 'xx'))?.headers['set-cookie']).toBeUndefined();
  });

  it('loads nothing from elsewhere, and sends only where it is said', async () => {
    const policy = (await ask('/docs'))?.headers['content-security-policy'];
    expect(policy).toContain("default-src 'self';");
    expect(policy).toContain("connect-src 'self' https://*.example.com;");
    expect(policy).not.toMatch(/unsafe|\*(?!\.example)/);
    const own = await answerDocs({ path: '/docs', headers: {} }, { site, read: options.read });
    expect(own?.headers['content-security-policy']).toContain("connect-src 'self';");
  });
});

describe('an address that there is not', () => {
  it.each([
    ['/docs/nope', 'docs'],
    ['/docs/problems/nope', '../docs'],
    ['/docs/a/b/c', '../../docs'],
  ])('has a page with the way back: %s', async (path, back) => {
    const answer = await ask(path);
    expect(answer?.status).toBe(404);
    expect(String(answer?.body)).toContain(`href="${back === 'docs' ? '../docs' : `../${back}`}"`);
  });

  it.each([
    '/docs/../../../etc/passwd',
    '/docs/..%2f..%2fpackage.json',
    '/docs/files.json',
    '/docs/__proto__',
    '/docs/assets/constructor',
  ])('is no file: %s', async (path) => {
    const answer = await ask(path);
    expect([404, undefined]).toContain(answer?.status);
    expect(String(answer?.body ?? '')).not.toMatch(/root:|"hash"/);
  });

  it.each(['/openapi/nope.json', '/openapi/__proto__', '/constructor', '/docs/a/b/c/d/e/f', '//'])(
    'is a problem: %s',
    async (path) => {
      const answer = resultOf(await ask(path), { path } as never);
      expect(answer).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
      expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:dure:problem:not-found', instance: path });
    },
  );

  it('is one with a slash at its end, which leads to the one without', async () => {
    expect(await ask('/docs/')).toMatchObject({ status: 308, headers: { location: '../docs' } });
    const event = { resource: '/docs', path: '/docs/', headers: { 'Accept-Encoding': 'br' } } as never;
    expect(requestOf(event)).toEqual({ path: '/docs/', lang: undefined, headers: { 'accept-encoding': 'br' } });
  });
});

it('finds the built pages in any folder above', () => {
  mkdirSync(join(folder, 'service', '.docs'), { recursive: true });
  writeFileSync(join(folder, 'service', '.docs', 'files.json'), '{}');
  expect(builtPages(join(folder, 'service', 'src', 'docs'))).toBe(join(folder, 'service', '.docs'));
  expect(() => builtPages(folder)).toThrow('The pages were not built: .docs/files.json is missing.');
});

it('negotiates by weight, and by the first offer where weights are equal', () => {
  expect(best('a;q=0.2, b;q=0.9', ['a', 'b'])).toBe('b');
  expect(best('b, a', ['a', 'b'])).toBe('a');
  expect(best('*;q=0.1, a;q=0', ['a', 'b'])).toBe('b');
  expect(best('a;q=wrong', ['a'])).toBeUndefined();
  expect(best('en-GB', ['ko', 'en'], speaks)).toBe('en');
  expect(best(undefined, ['a'])).toBeUndefined();
});

it('knows where services answer that share its host, and none elsewhere', () => {
  expect(besides('http://localhost:4000/registry/local', 'local', ['parcels'])).toEqual([
    { service: 'parcels', url: 'http://localhost:4000/parcels/local' },
  ]);
  expect(besides('https://a1b2c3.execute-api.eu-west-1.amazonaws.com/dev', 'dev', ['parcels'])).toEqual([]);
});

it('catalogues each address with its description, documentation and health', () => {
  const registry = 'https://example.com/registry';
  const apis = [
    { service: 'parcels', url: 'https://example.com/parcels' },
    { service: 'foreign', url: 'https://elsewhere.example.com' },
  ];
  expect(apiCatalog(registry, apis, new Set(['parcels']))).toEqual({
    linkset: [
      {
        anchor: 'https://example.com/registry/.well-known/api-catalog',
        item: [{ href: 'https://example.com/parcels' }, { href: 'https://elsewhere.example.com' }],
      },
      {
        anchor: 'https://example.com/parcels',
        'service-desc': [{ href: 'https://example.com/registry/openapi/parcels.json', type: 'application/json' }],
        'service-doc': [{ href: 'https://example.com/registry/docs/services/parcels', type: 'text/html' }],
        status: [{ href: 'https://example.com/parcels/v1/health', type: 'application/json' }],
      },
      {
        anchor: 'https://elsewhere.example.com',
        status: [{ href: 'https://elsewhere.example.com/v1/health', type: 'application/json' }],
      },
    ],
  });
});
