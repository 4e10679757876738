import { encryption, tlsOnly } from '../buckets.ts';
import type { Template } from './template.ts';

/** What the framework calls a bucket that an `s3` event makes: `S3Bucket` and the bucket's name. */
const MADE_FOR_EVENTS = /^S3Bucket/;

/**
 * Encrypts the buckets of `s3` events and refuses requests to them without TLS, unless the service says otherwise: their
 * logical ids have the stage in them, so the service itself can hardly extend them.
 */
export function secureBuckets({ Resources }: Template): void {
  const policies = Object.values(Resources).filter(({ Type }) => Type === 'AWS::S3::BucketPolicy');
  for (const [id, bucket] of Object.entries(Resources)) {
    if (bucket.Type !== 'AWS::S3::Bucket' || !MADE_FOR_EVENTS.test(id)) continue;
    Resources[id] = { ...bucket, Properties: { BucketEncryption: encryption(), ...bucket.Properties } };
    const names = [JSON.stringify({ Ref: id }), JSON.stringify(bucket.Properties['BucketName'])];
    if (policies.some((policy) => names.includes(JSON.stringify(policy.Properties['Bucket'])))) continue;
    Resources[`${id}Policy`] = tlsOnly(id);
  }
}
