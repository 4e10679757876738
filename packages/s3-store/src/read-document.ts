import { createHash } from 'node:crypto';
import { createDigest } from './checksums.ts';
import { bodyOf } from './request-body.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** The list of a thousand keys of a kilobyte each is the longest one. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A document that a request brings, checked against its digests. @throws S3Error */
export async function readDocument({ incoming }: S3Request): Promise<string> {
  const body = bodyOf(incoming);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.chunks) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new S3Error('EntityTooLarge');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const { md5, checksum } = body.expected();
  if (md5 !== undefined && createHash('md5').update(bytes).digest('base64') !== md5) throw new S3Error('BadDigest');
  if (checksum !== undefined && body.algorithm !== undefined) {
    const digest = createDigest(body.algorithm);
    digest.update(bytes);
    if ((await digest.end()) !== checksum) {
      throw new S3Error('BadDigest', `The ${body.algorithm} you specified did not match the calculated checksum.`);
    }
  }
  return bytes.toString('utf8');
}
