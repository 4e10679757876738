import type { IncomingMessage } from 'node:http';
import { ALGORITHMS, type Algorithm, algorithmOf, headerOf } from './checksums.ts';
import { S3Error } from './s3-error.ts';

/** A body as it arrives, and what it has to be. */
export interface RequestBody {
  readonly chunks: AsyncIterable<Buffer>;
  /** Asked when all of it has arrived, as the checksum may come last. */
  expected(): Expected;
  /** Which checksum is to be calculated; undefined where the client names none. */
  readonly algorithm: Algorithm | undefined;
}

export interface Expected {
  /** Bytes. */
  readonly length?: number;
  /** Base64. */
  readonly md5?: string;
  /** Hexadecimal. */
  readonly sha256?: string;
  /** Base64. */
  readonly checksum?: string;
}

const LINE_LIMIT = 16 * 1024;

/**
 * The bytes of a request's body. A body in AWS's chunks (`aws-chunked`) is taken apart; signatures of chunks are not
 * checked.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function bodyOf(request: IncomingMessage): RequestBody {
  const { headers } = request;
  const header = (name: string): string | undefined => headers[name]?.toString();
  const contentSha256 = header('x-amz-content-sha256') ?? '';
  const chunked = contentSha256.startsWith('STREAMING-') || /\baws-chunked\b/.test(header('content-encoding') ?? '');
  const trailers = new Map<string, string>();
  const length = chunked ? header('x-amz-decoded-content-length') : header('content-length');
  const md5 = header('content-md5');
  const named = ALGORITHMS.find((algorithm) => header(headerOf(algorithm)) !== undefined);
  const trailing = header('x-amz-trailer')?.replace(/^x-amz-checksum-/, '');
  const wanted = trailing ?? header('x-amz-sdk-checksum-algorithm') ?? header('x-amz-checksum-algorithm');
  const algorithm = named ?? (wanted === undefined ? undefined : algorithmOf(wanted));
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) throw new S3Error('InvalidDigest');
  return {
    chunks: chunked ? unchunked(request, trailers) : (request as AsyncIterable<Buffer>),
    algorithm,
    expected() {
      const name = algorithm === undefined ? '' : headerOf(algorithm);
      const checksum = header(name) ?? trailers.get(name);
      return {
        ...(length !== undefined && { length: Number(length) }),
        ...(md5 !== undefined && { md5 }),
        ...(/^[\da-f]{64}$/.test(contentSha256) && { sha256: contentSha256 }),
        ...(checksum !== undefined && { checksum }),
      };
    },
  };
}

async function* unchunked(source: AsyncIterable<Buffer>, trailers: Map<string, string>): AsyncGenerator<Buffer> {
  const incoming = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  async function more(): Promise<void> {
    const { done, value } = await incoming.next();
    if (done === true) throw new S3Error('IncompleteBody', 'The request body terminated unexpectedly');
    held = held.length === 0 ? value : Buffer.concat([held, value]);
  }
  async function line(): Promise<string> {
    for (;;) {
      const end = held.indexOf('\r\n');
      if (end !== -1) {
        const text = held.toString('latin1', 0, end);
        held = held.subarray(end + 2);
        return text;
      }
      if (held.length > LINE_LIMIT) throw new S3Error('InvalidRequest', 'A chunk has no size.');
      await more();
    }
  }
  for (;;) {
    const [size = ''] = (await line()).split(';');
    if (!/^[\da-f]{1,8}$/i.test(size)) throw new S3Error('InvalidRequest', 'A chunk has no size.');
    let left = Number.parseInt(size, 16);
    if (left === 0) break;
    while (left > 0) {
      if (held.length === 0) await more();
      const chunk = held.subarray(0, left);
      held = held.subarray(chunk.length);
      left -= chunk.length;
      yield chunk;
    }
    if ((await line()) !== '') throw new S3Error('InvalidRequest', 'A chunk is longer than its size.');
  }
  for (;;) {
    // Some clients end after the last trailer, without the empty line.
    const text = await line().catch(() => '');
    if (text === '') break;
    const colon = text.indexOf(':');
    trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
  }
  // The rest of the request is read, so that its connection can be used again.
  while ((await incoming.next()).done !== true);
}
