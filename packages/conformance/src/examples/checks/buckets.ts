import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Check } from '../check.ts';
import { type Deployed, resourceOf } from '../deployed.ts';
import { inTime } from './in-time.ts';
import { shortened } from './shortened.ts';

const clientOf = ({ connection }: Deployed): S3Client => new S3Client({ ...connection, forcePathStyle: true });

/** @param bucket its name, or its logical id in the stack */
const nameOf = (service: Deployed, bucket: string): Promise<string> =>
  resourceOf(service, 'AWS::S3::Bucket', bucket).catch(() => bucket);

/** Makes a bucket that a README asks its reader to have. */
export const bucket =
  (name: string): Check =>
  async (service) => {
    await clientOf(service).send(new CreateBucketCommand({ Bucket: name }));
    return undefined;
  };

/** @param bucket its name, or its logical id in the stack */
export const upload =
  (bucket: string, Key: string, Body: string): Check =>
  async (service) => {
    await clientOf(service).send(new PutObjectCommand({ Bucket: await nameOf(service, bucket), Key, Body }));
    return undefined;
  };

/** An object that is there in time. */
export const holds =
  (bucket: string, Key: string, contains: string): Check =>
  async (service) => {
    const Bucket = await nameOf(service, bucket);
    return inTime(async () => {
      try {
        const { Body: body } = await clientOf(service).send(new GetObjectCommand({ Bucket, Key }));
        const text = (await body?.transformToString()) ?? '';
        return text.includes(contains) ? undefined : `${Bucket}/${Key} is ${shortened(text)}`;
      } catch (error) {
        return `${Bucket}/${Key}: ${(error as Error).message}`;
      }
    });
  };
