import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Algorithm, createDigest, DEFAULT_ALGORITHM, elementOf } from './checksums.ts';
import type { RequestBody } from './request-body.ts';
import { S3Error } from './s3-error.ts';

/** Bytes that are on disk in one file. */
export interface StoredBody {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksum: { readonly algorithm: Algorithm; readonly value: string };
}

export type BodyFile = Pick<StoredBody, 'file' | 'size'>;

export interface Bodies {
  /** Writes a body to a new file. @throws S3Error where it is not what its headers say; the file is gone then */
  receive(body: RequestBody, algorithm?: Algorithm): Promise<StoredBody>;
  /**
   * The bytes of these files, one after the other. They stay until the stream has ended, whoever removes them.
   * @param start of the first byte
   * @param end behind the last byte
   */
  read(files: readonly BodyFile[], start: number, end: number): Readable;
  remove(files: readonly BodyFile[]): void;
  /** Removes files that nothing refers to: what a kill left behind. */
  sweep(referred: ReadonlySet<string>): void;
}

/** 5 GB, as of one request to S3. */
const MAX_BYTES = 5 * 1024 ** 3;

/** Bodies of objects, each a file in this folder. */
export function openBodies(folder: string): Bodies {
  mkdirSync(folder, { recursive: true });
  const pathOf = (file: string): string => join(folder, file);
  const readers = new Map<string, number>();
  const doomed = new Set<string>();
  const unlink = (file: string): void => rmSync(pathOf(file), { force: true });

  function release(files: readonly BodyFile[]): void {
    for (const { file } of files) {
      const left = (readers.get(file) ?? 1) - 1;
      if (left > 0) readers.set(file, left);
      else {
        readers.delete(file);
        if (doomed.delete(file)) unlink(file);
      }
    }
  }

  async function* bytes(files: readonly BodyFile[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { file, size } of files) {
      const from = Math.max(start - offset, 0);
      const until = Math.min(end - offset, size);
      if (from < until) {
        yield* createReadStream(pathOf(file), { start: from, end: until - 1 }) as AsyncIterable<Buffer>;
      }
      offset += size;
    }
  }

  return {
    async receive(body, algorithm = body.algorithm ?? DEFAULT_ALGORITHM) {
      const file = randomUUID();
      try {
        return { file, ...(await write(pathOf(file), body, algorithm)) };
      } catch (error) {
        unlink(file);
        throw error;
      }
    },
    read(files, start, end) {
      for (const { file } of files) readers.set(file, (readers.get(file) ?? 0) + 1);
      const stream = Readable.from(bytes(files, start, end), { objectMode: false });
      stream.once('close', () => release(files));
      return stream;
    },
    remove(files) {
      for (const { file } of files) {
        if (readers.has(file)) doomed.add(file);
        else unlink(file);
      }
    },
    sweep(referred) {
      for (const file of readdirSync(folder)) if (!referred.has(file)) unlink(file);
    },
  };
}

async function write(path: string, body: RequestBody, algorithm: Algorithm): Promise<Omit<StoredBody, 'file'>> {
  const [md5, sha256, digest] = [createHash('md5'), createHash('sha256'), createDigest(algorithm)];
  let size = 0;
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const chunk of body.chunks) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new S3Error('EntityTooLarge');
      md5.update(chunk);
      digest.update(chunk);
      if (body.expected().sha256 !== undefined) sha256.update(chunk);
      yield chunk;
    }
  }
  const output = createWriteStream(path, { flags: 'wx' });
  const closed = new Promise<void>((resolve) => output.once('close', resolve));
  try {
    await pipeline(measured, output);
  } catch (error) {
    // A body may be refused before its file is open, and what is removed before that would come back.
    await closed;
    throw error;
  }
  const stored = { size, md5: md5.digest('hex'), checksum: { algorithm, value: await digest.end() } };
  const expected = body.expected();
  if (expected.length !== undefined && expected.length !== size) throw new S3Error('IncompleteBody');
  if (expected.md5 !== undefined && Buffer.from(expected.md5, 'base64').toString('hex') !== stored.md5) {
    throw new S3Error('BadDigest');
  }
  if (expected.sha256 !== undefined && expected.sha256 !== sha256.digest('hex')) {
    throw new S3Error('XAmzContentSHA256Mismatch');
  }
  if (expected.checksum !== undefined && body.algorithm === algorithm && expected.checksum !== stored.checksum.value) {
    const reason = `The ${algorithm} you specified did not match the calculated checksum.`;
    throw new S3Error('BadDigest', reason, { details: { [elementOf(algorithm)]: stored.checksum.value } });
  }
  return stored;
}
