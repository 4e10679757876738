import { DatabaseSync } from 'node:sqlite';
import { afterAll, jest } from '@jest/globals';
import { createAwsEndpoint } from '@dure/aws-protocols/aws-endpoint';
import { createIam } from '@dure/local-cloud/services/iam/index';
import { createSts } from '@dure/local-cloud/services/sts/index';
import { signed } from '@dure/local-http/access-rules';
import { openServer } from '@dure/local-http/server';
import { proveRole } from '@dure/service-identity/prove-role';

/** The Security Token Service of the local cloud, and contracts that let two services call others. To be imported first. */

const CALLERS = {
  desk: { asItself: ['registry:read'], onBehalf: ['journal:read', 'journal:write', 'registry:read'] },
  depot: { asItself: [], onBehalf: ['journal:read', 'registry:read'] },
};
jest.unstable_mockModule('@dure/contracts/callers.json', () => ({ default: CALLERS }));

const accountId = '000000000000';
const database = new DatabaseSync(':memory:');
const iam = createIam({ database, accountId, region: 'us-east-1' });
const sts = createSts({ iam });
const aws = createAwsEndpoint();
const reached: string[] = [];
const answers: { readonly status: number; readonly body: string }[] = [];
/** Answers the next question so, instead of by the truth. */
export const answerNext = (status: number, body: string): void => void answers.push({ status, body });
const server = await openServer({
  rule: signed,
  answer(request, response) {
    reached.push(`${request.headers.host} ${request.method} ${request.url}`);
    const instead = answers.shift();
    if (instead !== undefined) return void response.writeHead(instead.status).end(instead.body);
    void aws.answer(request, response, { services: { sts }, forwarded: {} });
  },
});
afterAll(async () => {
  await server.close();
  aws.stop();
  database.close();
});
Object.assign(process.env, { AWS_ENDPOINT_URL: server.endpoint, AWS_REGION: 'us-east-1', ACCOUNT_ID: accountId });

/** What the Security Token Service was asked. */
export const asked = reached;

/** The credentials of a function with a role. */
export const credentialsOf = (role: string) => ({
  ...{ accessKeyId: 'local', secretAccessKey: 'local' },
  sessionToken: iam.sessionToken({ roleArn: `arn:aws:iam::${accountId}:role/${role}`, sessionName: 'desk-test-api' }),
});

export const proofOf = (role: string, issuer: string): Promise<string> =>
  proveRole(issuer, 'us-east-1', credentialsOf(role));
