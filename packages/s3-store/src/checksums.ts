import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import { S3Error } from './s3-error.ts';

const require = createRequire(import.meta.url);
/** Loaded with the first object. */
const crcs = () => require('@aws-sdk/checksums/crc') as typeof import('@aws-sdk/checksums/crc');

export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface Checksum {
  readonly algorithm: Algorithm;
  /** Base64; of a composite one with the number of parts: `…==-2`. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface Digest {
  update(chunk: Uint8Array): void;
  /** Base64. */
  end(): Promise<string>;
}

/** What S3 calculates where a client asks for none. */
export const DEFAULT_ALGORITHM: Algorithm = 'CRC64NVME';

export function createDigest(algorithm: Algorithm): Digest {
  switch (algorithm) {
    case 'CRC32': {
      let value = 0;
      return {
        update: (chunk) => void (value = crc32(chunk, value)),
        async end() {
          const bytes = Buffer.alloc(4);
          bytes.writeUInt32BE(value);
          return bytes.toString('base64');
        },
      };
    }
    case 'CRC32C':
    case 'CRC64NVME': {
      const { Crc32c, Crc64Nvme } = crcs();
      const crc = algorithm === 'CRC32C' ? new Crc32c() : new Crc64Nvme();
      return {
        update: (chunk) => void crc.update(chunk),
        end: async () => Buffer.from(await crc.digest()).toString('base64'),
      };
    }
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (chunk) => void hash.update(chunk), end: async () => hash.digest('base64') };
    }
  }
}

export const headerOf = (algorithm: Algorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** The element and the SDK's name: `ChecksumCRC32`. */
export const elementOf = (algorithm: Algorithm): string => `Checksum${algorithm}`;

/** @throws S3Error `InvalidRequest` */
export function algorithmOf(name: string): Algorithm {
  const found = ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
  if (found !== undefined) return found;
  throw new S3Error(
    'InvalidRequest',
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHMS.join(', ')}]`,
  );
}

/** Of the checksums of parts. */
export async function compositeOf(algorithm: Algorithm, values: readonly string[]): Promise<string> {
  const digest = createDigest(algorithm);
  for (const value of values) digest.update(Buffer.from(value, 'base64'));
  return `${await digest.end()}-${values.length}`;
}
