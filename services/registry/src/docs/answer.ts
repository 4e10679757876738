import { gunzipSync } from 'node:zlib';
import { best, speaks } from './negotiate.ts';
import { contentSecurityPolicy } from './policy.ts';

/** A file of the built pages. Its bodies are `<hash>.br` and `<hash>.gz`. */
interface StoredFile {
  readonly hash: string;
  readonly type: string;
  readonly immutable?: true;
}

/** What was built: by address below the API, then by language; `''` where the language does not matter. */
export type StoredSite = Readonly<Record<string, Readonly<Record<string, StoredFile>>>>;

export interface DocsRequest {
  /** Below the API, without the stage: `/docs/bus`. */
  readonly path: string;
  /** Of the query. */
  readonly lang?: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface DocsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface DocsOptions {
  readonly site: StoredSite;
  /** Reads `<hash>.br` or `<hash>.gz`. */
  readonly read: (name: string) => Promise<Buffer>;
  /** Origins that try-it-out may send to, beside the pages' own. */
  readonly elsewhere?: string;
}

const LANGUAGES = ['en', 'ko'] as const;
const COOKIE = 'dure-docs-lang';
const ENDS = { br: 'br', gzip: 'gz' } as const;
const NOTHING = Buffer.alloc(0);

const YEAR_SECONDS = 31_536_000;

/**
 * Answers a request for a page or a document, for GET and HEAD alike. Only addresses of the list exist, so no path leads
 * out of it. Undefined where there is nothing.
 */
export async function answerDocs(request: DocsRequest, options: DocsOptions): Promise<DocsAnswer | undefined> {
  const { path } = request;
  if (path.endsWith('/')) return withoutSlash(path);
  const found = own(options.site, path);
  if (found !== undefined) return answerFile(200, found, request, options);
  const missing = path.startsWith('/docs/') ? own(options.site, notFoundAddress(path)) : undefined;
  return missing && answerFile(404, missing, request, options);
}

const own = (site: StoredSite, path: string): StoredSite[string] | undefined =>
  Object.hasOwn(site, path) ? site[path] : undefined;

/** The links of a page are relative, so that there is one for each depth. */
const notFoundAddress = (path: string): string => {
  const depth = path.split('/').length - 3;
  return `/docs/${'-/'.repeat(depth)}404`;
};

function withoutSlash(path: string): DocsAnswer | undefined {
  const last = path.split('/').findLast((part) => part !== '');
  if (last === undefined || path.endsWith('//')) return undefined;
  return { status: 308, headers: { location: `../${last}`, 'cache-control': 'no-cache' }, body: NOTHING };
}

async function answerFile(
  status: number,
  files: StoredSite[string],
  request: DocsRequest,
  { read, elsewhere }: DocsOptions,
): Promise<DocsAnswer> {
  const { headers, lang } = request;
  const language = files[''] === undefined ? languageOf(request) : '';
  const file = files[language]!;
  const encoding = best(headers['accept-encoding'], ['br', 'gzip'] as const);
  const etag = `"${file.hash}${encoding === undefined ? '' : `-${encoding}`}"`;
  const isPage = language !== '';
  const common: Record<string, string> = {
    etag,
    vary: isPage ? 'accept-encoding, accept-language, cookie' : 'accept-encoding',
    'cache-control': file.immutable === true ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
    ...(isPage && { 'content-security-policy': contentSecurityPolicy(elsewhere), 'content-language': language }),
    ...(isPage && lang === language && { 'set-cookie': cookie(language) }),
  };
  if (status === 200 && isSame(headers['if-none-match'], etag)) return { status: 304, headers: common, body: NOTHING };
  const body = await (encoding === undefined
    ? read(`${file.hash}.gz`).then(gunzipSync)
    : read(`${file.hash}.${ENDS[encoding]}`));
  return {
    status,
    headers: { ...common, 'content-type': file.type, ...(encoding !== undefined && { 'content-encoding': encoding }) },
    body,
  };
}

/** By the query, else as it was chosen before, else as the browser says, else English. */
function languageOf({ lang, headers }: DocsRequest): (typeof LANGUAGES)[number] {
  const chosen = new RegExp(`(?:^|;\\s*)${COOKIE}=(\\w+)`).exec(headers['cookie'] ?? '')?.[1];
  const known = [lang, chosen].flatMap((name) => LANGUAGES.find((language) => language === name) ?? []);
  return known[0] ?? best(headers['accept-language'], LANGUAGES, speaks) ?? 'en';
}

const cookie = (language: string): string =>
  `${COOKIE}=${language}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax; HttpOnly`;

/** Source: https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match */
const isSame = (asked: string | undefined, etag: string): boolean =>
  asked?.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag) ?? false;
