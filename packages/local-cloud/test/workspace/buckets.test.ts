import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { copyWorkspace, eventually, getJson, type RunningCloud, startCloud } from './harness.ts';

/** What buckets tell functions with `npm start`. */
const workspace = copyWorkspace('buckets');
let cloud: RunningCloud;
let s3: S3Client;

function connect(): void {
  const client = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  s3 = new S3Client({ ...client, endpoint: cloud.endpoints['S3']!, forcePathStyle: true });
}

beforeAll(async () => {
  cloud = await startCloud(workspace.root);
  connect();
});

afterAll(async () => {
  s3?.destroy();
  await cloud?.end('SIGTERM');
  workspace.remove();
});

const put = (Bucket: string, Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));

async function heard(service: string, last: string): Promise<string[]> {
  const ask = async (): Promise<string[]> => {
    const { records } = await getJson<{ records: { message: string; function?: string }[] }>(
      `${cloud.url}/_cloud/logs?service=${service}&limit=500`,
    );
    return records.map(({ message }) => message).filter((message) => message.startsWith('Object'));
  };
  return eventually(ask, (messages) => messages.includes(last));
}

it('runs every service', () => {
  expect(cloud.services.map(({ name, state, reason }) => [name, state, reason])).toEqual([
    ['reports', 'running', undefined],
    ['uploads', 'running', undefined],
  ]);
});

it('calls a function for what its event names, and for nothing else', async () => {
  for (const key of ['in/a b.csv', 'out/b.csv', 'in/c.txt']) await put('uploads-inbox', key);
  await s3.send(new DeleteObjectCommand({ Bucket: 'uploads-inbox', Key: 'in/c.txt' }));
  await put('uploads-documents', 'any');
  await heard('uploads', 'ObjectCreated:Put uploads-documents any');
  await heard('uploads', 'ObjectRemoved:Delete uploads-inbox in/c.txt');
  await heard('uploads', 'ObjectCreated:Put uploads-inbox in/a+b.csv');
  // What a wrong rule would have told was delivered before this.
  await put('uploads-inbox', 'in/last.csv');
  const messages = await heard('uploads', 'ObjectCreated:Put uploads-inbox in/last.csv');
  expect(messages.filter((message) => message.includes('uploads-inbox') && message.includes('Created'))).toEqual([
    'ObjectCreated:Put uploads-inbox in/a+b.csv',
    'ObjectCreated:Put uploads-inbox in/last.csv',
  ]);
  const versioning = await s3.send(new GetBucketVersioningCommand({ Bucket: 'uploads-documents' }));
  expect(versioning).toMatchObject({ Status: 'Enabled' });
});

it('retries a function that fails, and gives the event to its dead-letter queue', async () => {
  await put('uploads-failing', 'lost');
  const endpoint = cloud.endpoints['SQS']!;
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const asked = new ReceiveMessageCommand({ QueueUrl: `${endpoint}/000000000000/uploads-dead`, WaitTimeSeconds: 20 });
  const { Messages: [dead] = [] } = await sqs.send(asked);
  sqs.destroy();
  expect(JSON.parse(dead?.Body ?? '')).toMatchObject({
    Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'uploads-failing' }, object: { key: 'lost', size: 1 } } }],
  });
});

it('calls a function for a bucket of another service, also after a restart', async () => {
  const tell = async (name: string): Promise<string[]> => {
    await put('uploads-shared', `${name}.txt`);
    await put('uploads-shared', `${name}.csv`);
    const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };
    await s3.send(new PutObjectTaggingCommand({ Bucket: 'uploads-shared', Key: `${name}.csv`, Tagging }));
    await heard('reports', `ObjectCreated:Put uploads-shared ${name}.txt`);
    const messages = await heard('reports', `ObjectTagging:Put uploads-shared ${name}.csv`);
    return messages.filter((message) => message.includes(name)).sort();
  };
  const told = (name: string): string[] => [
    `ObjectCreated:Put uploads-shared ${name}.txt`,
    `ObjectTagging:Put uploads-shared ${name}.csv`,
  ];
  expect(await tell('one')).toEqual(told('one'));
  s3.destroy();
  await cloud.end('SIGKILL');
  cloud = await startCloud(workspace.root);
  connect();
  expect(await tell('two')).toEqual(told('two'));
});
