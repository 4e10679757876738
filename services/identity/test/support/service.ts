import { DatabaseSync } from 'node:sqlite';
import { afterAll } from '@jest/globals';
import { awsJsonServerOptions } from '@dure/aws-protocols/aws-json';
import { createKms } from '@dure/kms';
import { openServer } from '@dure/local-http/server';
import { createSecretsManager } from '@dure/secrets-manager';
import { createTestTable } from '@dure/testing/dynamodb';
import { lambdaContext, proxyEvent, type TestRequest } from '@dure/testing/lambda-events';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';

/** The service as Lambda loads it, on its own table, with a KMS and a Secrets Manager. */

export const { tableName } = await createTestTable({ indexes: [{ name: 'list', pk: 'list', sk: 'position' }] });
const account = { database: new DatabaseSync(':memory:'), accountId: '000000000000', region: 'us-east-1' };
export const kms = createKms(account);
const secretsManager = createSecretsManager(account);
const server = await openServer(
  awsJsonServerOptions({ TrentService: kms.handle, secretsmanager: secretsManager.handle }),
);
afterAll(async () => {
  await server.close();
  account.database.close();
});

export const ISSUER = 'http://localhost:4000/identity/test';
export const firstKey = kms.keys.create({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });

Object.assign(process.env, {
  TABLE_NAME: tableName,
  SERVICE_NAME: 'identity',
  STAGE: 'test',
  LOG_LEVEL: 'error',
  ISSUER,
  SIGNING_KEY_ID: firstKey.arn,
  AWS_ENDPOINT_URL_KMS: server.endpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: server.endpoint,
});

export const CLIENTS = ['customer', 'operator', 'merchandiser', 'auditor', 'deployer'] as const;
export const secretOf = (client: string): string => `secret-of-${client}`;
for (const client of CLIENTS) {
  const SecretString = secretOf(client);
  await secretsManager.handle('CreateSecret', { Name: `dure/test/identity/clients/${client}`, SecretString });
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** Asks a handler, and reads JSON where it answers that. @param sourceIp where the request comes from */
export async function ask(handler: Handler, request: TestRequest, sourceIp = '192.0.2.1'): Promise<Answer> {
  const event = proxyEvent(request);
  const requestContext = { ...event.requestContext, identity: { sourceIp } } as typeof event.requestContext;
  const answer = await handler({ ...event, requestContext }, lambdaContext);
  const { statusCode: status, headers = {}, multiValueHeaders = {}, body: text } = answer;
  const all = Object.entries({ ...headers, ...multiValueHeaders });
  const named = Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), String(value)]));
  const isJson = named['content-type']?.includes('json') === true;
  return { status, headers: named, text, body: isJson ? (JSON.parse(text) as Answer['body']) : {} };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export const form = (
  resource: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): TestRequest => ({
  method: 'POST',
  resource,
  body: new URLSearchParams(fields).toString(),
  headers: { ...FORM, ...headers },
});

export const basic = (id: string, secret: string): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});
