import type { IncomingHttpHeaders } from 'node:http';

export interface S3Request {
  readonly method: string;
  /** Of the service itself: undefined. */
  readonly bucket?: string;
  /** Of a bucket: undefined. */
  readonly key?: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

const LISTING = [
  ...['list-type', 'prefix', 'delimiter', 'marker', 'max-keys', 'continuation-token', 'start-after'],
  ...['encoding-type', 'fetch-owner'],
];
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** Parameters that are carried out. Any other one names a sub-resource, or asks for something else than is done. */
const KNOWN: Readonly<Record<'service' | 'bucket' | 'object', Readonly<Record<string, readonly string[]>>>> = {
  service: { GET: [] },
  bucket: { GET: [...LISTING, 'location'], HEAD: [], PUT: [], DELETE: [], POST: ['delete'] },
  object: {
    GET: ['attributes', 'partNumber', ...OVERRIDES.map((name) => `response-${name}`)],
    HEAD: ['partNumber'],
    PUT: ['partNumber', 'uploadId'],
    DELETE: ['uploadId'],
    POST: ['uploads', 'uploadId'],
  },
};
/** What is part of a signature, or of the SDK's bookkeeping. */
const IGNORED =
  /^(x-id|x-amz-(algorithm|credential|date|expires|signature|signedheaders|security-token|content-sha256))$/i;
const HEADERS = [
  'x-amz-tagging',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-legal-hold',
  'x-amz-website-redirect-location',
];
const ACLS = ['private', 'bucket-owner-full-control'];

/** What of a request is not done here, by name; undefined when all of it is. */
export function unsupportedPart({ method, bucket, key, query, headers }: S3Request): string | undefined {
  const kind = bucket === undefined ? 'service' : key === undefined ? 'bucket' : 'object';
  const known = KNOWN[kind][method];
  if (known === undefined) return `${method} of a ${kind}`;
  const parameter = [...query.keys()].find((name) => !known.includes(name) && !IGNORED.test(name));
  if (parameter !== undefined) return `?${parameter}`;
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && !ACLS.includes(String(acl))) return `x-amz-acl: ${String(acl)}`;
  return HEADERS.find((name) => headers[name] !== undefined);
}
