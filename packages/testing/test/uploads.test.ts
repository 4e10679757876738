import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { lambda } from '@dure/contracts/binding/lambda';
import { lambdaContext } from '@dure/testing/lambda-events';
import { createTestBucket } from '@dure/testing/s3';
import { expect, it } from '@jest/globals';
import type { S3Event } from 'aws-lambda';

const { bucketName: Bucket } = await createTestBucket();
const client = new S3Client({});

// In a service: const { handler } = await import('../src/uploads.ts');
const handler = lambda(async ({ Records }: S3Event) => {
  const Key = decodeURIComponent(Records[0]?.s3.object.key.replaceAll('+', ' ') ?? '');
  return (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
});

/** What the function reads of an event. */
const uploaded = (key: string) =>
  ({
    Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: Bucket }, object: { key } } }],
  }) as S3Event;

it('reads what was uploaded, whose key the event encodes', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'in/A 1001.csv', Body: 'A-1001,25' }));
  expect(await handler(uploaded('in/A+1001.csv'), lambdaContext)).toBe('A-1001,25');
});
