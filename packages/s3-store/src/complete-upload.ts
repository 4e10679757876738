import { createHash } from 'node:crypto';
import type { BodyFile } from './bodies.ts';
import { type Algorithm, type Checksum, compositeOf, createDigest, elementOf } from './checksums.ts';
import { S3Error } from './s3-error.ts';
import type { Store } from './store.ts';
import type { Upload, UploadedPart } from './upload-store.ts';
import type { NewVersion } from './version-store.ts';
import { nodesOf, parseDocument, textOf } from './xml.ts';

/** 5 MiB; the last part may be smaller. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

export interface Completed {
  readonly version: Omit<NewVersion, 'lastModified'>;
  /** Files of the parts that make the object. */
  readonly used: ReadonlySet<string>;
}

/**
 * The object that the parts of an upload make, of those that its completion names.
 * @throws S3Error
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function completedVersion(store: Store, upload: Upload, text: string): Promise<Completed> {
  const uploaded = new Map(store.uploads.parts(upload.id).map((part) => [part.number, part]));
  const parts = namedParts(text, upload, uploaded);
  const checksum = await checksumOf(store, upload, parts);
  const { headers, metadata, tags, retention, legalHold } = upload;
  return {
    version: {
      ...{ headers, metadata, tags, retention, legalHold },
      ...{ size: sizeOf(parts), etag: multipartEtag(parts), checksum, multipart: true },
      parts: parts.map(({ file, size, checksum: { value } }) => ({
        ...{ file, size },
        ...(upload.checksumAsked && { checksum: value }),
      })),
    },
    used: new Set(parts.map(({ file }) => file)),
  };
}

function namedParts(
  text: string,
  { algorithm, checksumAsked }: Upload,
  uploaded: Map<number, UploadedPart>,
): UploadedPart[] {
  const named = nodesOf(parseDocument(text, 'CompleteMultipartUpload')['Part']);
  if (named.length === 0) throw new S3Error('MalformedXML');
  const parts = named.map((part) => {
    const number = Number(textOf(part['PartNumber']));
    const found = uploaded.get(number);
    const checksum = checksumAsked ? textOf(part[elementOf(algorithm)]) : undefined;
    const isIt = textOf(part['ETag'])?.replaceAll('"', '') === found?.md5;
    if (found === undefined || !isIt || (checksum !== undefined && checksum !== found.checksum.value)) {
      throw new S3Error('InvalidPart', undefined, { details: { PartNumber: number } });
    }
    return found;
  });
  if (parts.some(({ number }, index) => index > 0 && number <= parts[index - 1]!.number)) {
    throw new S3Error('InvalidPartOrder');
  }
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
  if (small === undefined) return parts;
  const details = { ProposedSize: small.size, MinSizeAllowed: MIN_PART_BYTES, PartNumber: small.number };
  throw new S3Error('EntityTooSmall', undefined, { details });
}

async function checksumOf({ bodies }: Store, upload: Upload, parts: readonly UploadedPart[]): Promise<Checksum> {
  const { algorithm, checksumType: type } = upload;
  const value =
    type === 'COMPOSITE'
      ? await compositeOf(
          algorithm,
          parts.map(({ checksum }) => checksum.value),
        )
      : await digestOf(algorithm, bodies.read(parts, 0, sizeOf(parts)) as AsyncIterable<Buffer>);
  return { algorithm, type, value };
}

async function digestOf(algorithm: Algorithm, chunks: AsyncIterable<Buffer>): Promise<string> {
  const digest = createDigest(algorithm);
  for await (const chunk of chunks) digest.update(chunk);
  return digest.end();
}

const sizeOf = (parts: readonly BodyFile[]): number => parts.reduce((sum, { size }) => sum + size, 0);

/** Of the digests of parts, with their number. */
function multipartEtag(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const { md5 } of parts) hash.update(Buffer.from(md5, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}
