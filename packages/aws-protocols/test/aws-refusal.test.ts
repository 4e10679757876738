import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sendAwsRefusal } from '../src/aws-refusal.ts';
import { serviceOf } from '../src/service-of.ts';

const message = 'The service <"x"> is not supported here.';
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const refusal = { status: 501, code: 'UnknownOperationException', message };
    sendAwsRefusal(request, response, serviceOf(request), refusal);
  });
});
let endpoint: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const config = () => ({
  ...{ endpoint, region: 'us-east-1', maxAttempts: 1 },
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

it.each([
  ['JSON', () => new DynamoDBClient(config()).send(new ListTablesCommand({}))],
  ['REST-JSON', () => new LambdaClient(config()).send(new ListFunctionsCommand({}))],
  ['query', () => new CloudFormationClient(config()).send(new ListStacksCommand({}))],
  ['CBOR or JSON', () => new CloudWatchClient(config()).send(new ListMetricsCommand({}))],
  [
    'REST-XML',
    () => new S3Client({ ...config(), forcePathStyle: true }).send(new ListObjectsV2Command({ Bucket: 'a' })),
  ],
])('a client of %s reads the sentence', async (_protocol, send) => {
  await expect(send()).rejects.toMatchObject({
    ...{ name: 'UnknownOperationException', message },
    $metadata: { httpStatusCode: 501 },
  });
});

it.each([
  ['ec2', '<Response><Errors><Error><Code>UnknownOperationException</Code>'],
  ['route53', '<ErrorResponse><Error><Type>Sender</Type><Code>UnknownOperationException</Code>'],
])('answers clients of %s in its form', async (service, beginning) => {
  const authorization = `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request, Signature=0`;
  const response = await fetch(endpoint, { headers: { authorization } });
  expect(response.status).toBe(501);
  expect(await response.text()).toMatch(new RegExp(`^${beginning}`));
});
