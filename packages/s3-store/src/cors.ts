import type { BucketStore } from './bucket-store.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import type { Answer } from './answer.ts';
import { itemsOf, nodesOf, parseDocument, textOf } from './xml.ts';

interface CorsRule {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAge?: string;
}

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];
const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

/** Refuses a configuration that is none. @throws S3Error */
export function checkCors(document: string): void {
  const rules = rulesOf(document);
  if (rules.length === 0 || rules.some(({ origins, methods }) => origins.length === 0 || methods.length === 0)) {
    throw new S3Error('MalformedXML');
  }
  const unknown = rules.flatMap(({ methods }) => methods).find((method) => !METHODS.includes(method));
  if (unknown === undefined) return;
  const reason = `Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`;
  throw new S3Error('InvalidRequest', reason);
}

function rulesOf(document: string): CorsRule[] {
  return nodesOf(parseDocument(document, 'CORSConfiguration')['CORSRule']).map((rule) => {
    const texts = (name: string): string[] => itemsOf(rule[name]).flatMap((item) => textOf(item) ?? []);
    const [maxAge] = texts('MaxAgeSeconds');
    return {
      ...{ origins: texts('AllowedOrigin'), methods: texts('AllowedMethod'), headers: texts('AllowedHeader') },
      exposed: texts('ExposeHeader'),
      ...(maxAge !== undefined && { maxAge }),
    };
  });
}

/** `*` stands for any text, once. */
function matches(pattern: string, text: string): boolean {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return pattern === text;
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

/** The rule by which pages of the origin may send what a request asks leave for, or is. */
function ruleOf(buckets: BucketStore, request: S3Request): CorsRule | undefined {
  const { bucket = '', header, method } = request;
  const document = buckets.setting(bucket, 'cors');
  const origin = header('origin');
  if (document === undefined || origin === undefined) return undefined;
  const wanted = method === 'OPTIONS' ? (header('access-control-request-method') ?? '') : method;
  const asked = method === 'OPTIONS' ? listOf(header('access-control-request-headers')) : [];
  return rulesOf(document).find(
    ({ origins, methods, headers }) =>
      origins.some((pattern) => matches(pattern, origin)) &&
      methods.includes(wanted) &&
      asked.every((name) => headers.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
}

const listOf = (header = ''): string[] =>
  header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Whether the bucket's configuration lets a page of the request's origin send it, or ask leave for it. */
export const admits = (buckets: BucketStore, request: S3Request): boolean => ruleOf(buckets, request) !== undefined;

/** Headers for the page that sent a request. */
export function corsHeaders(buckets: BucketStore, request: S3Request): Record<string, string> {
  const rule = ruleOf(buckets, request);
  if (rule === undefined) return {};
  const everyone = rule.origins.includes('*');
  return {
    'access-control-allow-origin': everyone ? '*' : (request.header('origin') ?? ''),
    'access-control-allow-methods': rule.methods.join(', '),
    ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(', ') }),
    ...(rule.maxAge !== undefined && { 'access-control-max-age': rule.maxAge }),
    ...(!everyone && { 'access-control-allow-credentials': 'true' }),
    vary: VARY,
  };
}

/**
 * Answers a browser that asks leave for a page's request.
 * @throws S3Error `AccessForbidden`
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function preflight(buckets: BucketStore, request: S3Request): Answer {
  const { bucket = '', header } = request;
  if (buckets.setting(bucket, 'cors') === undefined) {
    throw new S3Error('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.');
  }
  if (!admits(buckets, request)) throw new S3Error('AccessForbidden');
  const asked = listOf(header('access-control-request-headers'));
  return {
    headers: {
      ...corsHeaders(buckets, request),
      ...(asked.length > 0 && { 'access-control-allow-headers': asked.join(', ') }),
      'content-length': 0,
    },
  };
}
