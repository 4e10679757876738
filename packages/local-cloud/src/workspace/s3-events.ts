import { lambdaLogicalId } from './functions.ts';
import type { Plugin, Serverless } from './serverless.ts';

interface ExistingBucket {
  readonly bucket: unknown;
  readonly existing: true;
  readonly event?: string;
  readonly rules?: readonly Readonly<Record<string, unknown>>[];
}

/** The framework's compiler of `s3` events. */
interface S3Compiler extends Plugin {
  newS3Buckets(): void;
}

/**
 * Compiles `s3` events: the framework those of buckets that it makes. Of buckets that exist it would make a function that
 * changes their notifications, and build its archive; here the resource does that by itself.
 * @throws Error as the framework does
 */
export function compileS3Events({ service }: Serverless, compiler: Plugin | undefined): void {
  const { functions, provider } = service;
  (compiler as S3Compiler | undefined)?.newS3Buckets();
  for (const [key, { name, events = [] }] of Object.entries(functions)) {
    const existing = events.map(({ s3 }) => s3).filter(isOfExistingBucket);
    const [first] = existing;
    if (first === undefined) continue;
    if (existing.some(({ bucket }) => JSON.stringify(bucket) !== JSON.stringify(first.bucket))) {
      throw new Error(`Only one S3 Bucket can be configured per function. In "${name}" there are several.`);
    }
    provider.compiledCloudFormationTemplate.Resources[`${lambdaLogicalId(key)}ExistingBucket`] = {
      Type: 'Custom::S3',
      Properties: {
        FunctionName: name,
        BucketName: first.bucket,
        BucketConfigs: existing.map(({ event = 's3:ObjectCreated:*', rules = [] }) => ({
          Event: event,
          Rules: rules,
        })),
      },
    };
  }
}

const isOfExistingBucket = (s3: unknown): s3 is ExistingBucket =>
  typeof s3 === 'object' && s3 !== null && (s3 as { existing?: unknown }).existing === true;
