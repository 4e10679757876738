import type { IncomingMessage } from 'node:http';
import { S3Error } from './s3-error.ts';

export interface S3Request {
  readonly method: string;
  /** Of the service itself: undefined. */
  readonly bucket?: string;
  /** Of a bucket: undefined. */
  readonly key?: string;
  readonly query: URLSearchParams;
  /** Of a presigned URL, `x-amz-…` may stand in the query. */
  readonly header: (name: string) => string | undefined;
  readonly incoming: IncomingMessage;
}

const VIRTUAL_HOST = /^([a-z\d][a-z\d.-]*?)\.(?:s3\.)?localhost(?::\d+)?$/;
const MAX_KEY_BYTES = 1024;

/**
 * By path, as `/bucket/key`, or with the bucket in the host's name, as `bucket.localhost` or `bucket.s3.localhost`. The
 * path is taken as it was sent: `..` is a part of a key like any other.
 * @throws S3Error `InvalidURI`, `KeyTooLongError`
 */
export function parseRequest(incoming: IncomingMessage): S3Request {
  const { method = 'GET', headers } = incoming;
  const { path, query } = split(incoming.url ?? '/');
  const named = VIRTUAL_HOST.exec(headers.host ?? '')?.[1];
  const host = named === 's3' ? undefined : named;
  const slash = path.indexOf('/', 1);
  const inPath = slash === -1 ? [path.slice(1), ''] : [path.slice(1, slash), path.slice(slash + 1)];
  const [bucket = '', key = ''] = (host === undefined ? inPath : [host, path.slice(1)]).map(decode);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    const details = { Size: Buffer.byteLength(key), MaxSizeAllowed: MAX_KEY_BYTES };
    throw new S3Error('KeyTooLongError', undefined, { details });
  }
  return {
    ...{ method, query, incoming },
    header: (name) => headers[name]?.toString() ?? inQuery(query, name),
    ...(bucket !== '' && { bucket }),
    ...(key !== '' && { key }),
  };
}

const inQuery = (query: URLSearchParams, name: string): string | undefined =>
  name.startsWith('x-amz-') ? (query.get(name) ?? undefined) : undefined;

function split(url: string): { readonly path: string; readonly query: URLSearchParams } {
  // A request in absolute form, as a proxy sends it.
  const relative = url.replace(/^https?:\/\/[^/?]*/i, '');
  const end = relative.indexOf('?');
  const path = end === -1 ? relative : relative.slice(0, end);
  return { path: path.startsWith('/') ? path : `/${path}`, query: new URLSearchParams(relative.slice(path.length)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI');
  }
}
