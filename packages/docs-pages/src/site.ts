import { createHash } from 'node:crypto';
import type { Documents } from './documents.ts';
import { dereferenced } from './dereference.ts';
import type { Html } from './html.ts';
import { layout, type View } from './layout.ts';
import { busPage } from './pages/bus.ts';
import { changesPage } from './pages/changes.ts';
import { contractsPage } from './pages/contracts.ts';
import { notFoundPage } from './pages/not-found.ts';
import { problemPage } from './pages/problem.ts';
import { problemsPage } from './pages/problems.ts';
import { servicePage } from './pages/service.ts';
import { startPage } from './pages/start.ts';
import { en, type Texts } from './texts/en.ts';
import { ko } from './texts/ko.ts';

export interface File {
  readonly type: string;
  readonly body: Buffer;
  /** Its name has a hash of its content, so that it never changes. */
  readonly immutable?: boolean;
}

/** By address below the API: `/docs/services/orders`. A page has one file per language, everything else one as `''`. */
export type Site = ReadonlyMap<string, Readonly<Record<string, File>>>;

/** Scripts and styles by their names in the pages: `service.js`. */
export type Assets = Readonly<Record<string, Buffer>>;

/** The pages for an address that there is not, one for each depth, because their links are relative. */
const NOT_FOUND = [0, 1, 2, 3].map((depth) => `/docs/${'-/'.repeat(depth)}404`);

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
};
const HTML = 'text/html; charset=utf-8';

/** Everything that is served, made of the contracts' documents and the assets. Pure. */
export function makeSite(documents: Documents, assets: Assets): Site {
  const site = new Map<string, Readonly<Record<string, File>>>();
  const json = (address: string, value: unknown, type = TYPES['json']!): void => {
    site.set(address, { '': { type, body: Buffer.from(JSON.stringify(value)) } });
  };
  for (const [owner, document] of Object.entries(documents.openapi)) json(`/openapi/${owner}.json`, document);
  json('/asyncapi.json', documents.asyncapi);
  json('/problems.json', documents.problems);
  for (const problem of documents.problems) json(`/docs/problems/${problem.code}.json`, problem);
  const bus = Buffer.from(JSON.stringify(dereferenced(documents.asyncapi)));
  const hashed = new Map<string, string>();
  for (const [name, body] of Object.entries({ ...assets, 'bus.json': bus })) {
    const address = `/docs/assets/${hashedName(name, body)}`;
    hashed.set(name, address);
    site.set(address, { '': { type: TYPES[name.split('.').at(-1)!]!, body, immutable: true } });
  }
  for (const [address, page] of pagesOf(documents)) {
    site.set(
      address,
      Object.fromEntries([en, ko].map((texts) => [texts.lang, htmlFile(address, texts, hashed, page)])),
    );
  }
  return site;
}

type Page = (view: View) => { readonly title: string; readonly body: Html; readonly scripts?: readonly string[] };

function pagesOf(documents: Documents): [string, Page][] {
  return [
    ['/docs', startPage(documents)],
    ['/docs/bus', busPage(documents)],
    ['/docs/contracts', contractsPage()],
    ['/docs/changes', changesPage()],
    ['/docs/problems', problemsPage(documents)],
    ...NOT_FOUND.map((address): [string, Page] => [address, notFoundPage()]),
    ...Object.keys(documents.openapi).map((owner): [string, Page] => [
      `/docs/services/${owner}`,
      servicePage(documents, owner),
    ]),
    ...documents.problems.map((problem): [string, Page] => [
      `/docs/problems/${problem.code}`,
      problemPage(documents, problem),
    ]),
  ];
}

function htmlFile(address: string, texts: Texts, hashed: ReadonlyMap<string, string>, page: Page): File {
  const to = (target: string): string => relative(address, target);
  const asset = (name: string): string => {
    const found = hashed.get(name);
    if (found === undefined) throw new Error(`There is no asset ${name}.`);
    return to(found);
  };
  const view: View = { address, texts, to, asset };
  return { type: HTML, body: Buffer.from(layout(view, page(view))) };
}

/**
 * From one address to another, without the part before both, which differs between a stage, a domain and a laptop.
 *
 * @example
 * ```ts
 * relative('/docs', '/docs/bus'); // docs/bus
 * relative('/docs/services/orders', '/docs/bus'); // ../bus
 * ```
 */
export function relative(from: string, to: string): string {
  const start = from.split('/').slice(1, -1);
  const end = to.split('/').slice(1);
  let common = 0;
  while (common < start.length && common < end.length - 1 && start[common] === end[common]) common += 1;
  return [...start.slice(common).map(() => '..'), ...end.slice(common)].join('/');
}

function hashedName(name: string, body: Buffer): string {
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}.${hashOf(body)}${name.slice(dot)}`;
}

/** The first 80 bits of the SHA-256, in hex. */
export const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex').slice(0, 20);
