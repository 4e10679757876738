import { DatabaseSync } from 'node:sqlite';
import { afterAll } from '@jest/globals';
import { awsJsonServerOptions } from '@dure/aws-protocols/aws-json';
import { signed } from '@dure/local-http/access-rules';
import { openServer } from '@dure/local-http/server';
import { createSes, type Ses } from '@dure/local-cloud/services/ses/index';
import { createSsm, type Ssm } from '@dure/local-cloud/services/ssm/index';
import { startTestQueues, type TestQueues } from './queues.ts';

/** Emulators of one test file: SQS and SNS, Parameter Store, and SES. */
export interface TestAws {
  readonly queues: TestQueues;
  readonly ssm: Ssm;
  readonly ses: Ses;
}

/**
 * Starts them, empty, on free ports, sets the AWS SDK's environment variables for this test file, and stops them after the
 * test file. Await it at the top of a test file.
 */
export async function startTestAws(): Promise<TestAws> {
  const account = { accountId: '000000000000', region: 'us-east-1' };
  const database = new DatabaseSync(':memory:');
  const ssm = createSsm({ ...account, database });
  const ses = createSes({ database });
  const json = await openServer(awsJsonServerOptions({ AmazonSSM: ssm.handle }));
  const rest = await openServer({ rule: signed, answer: (request, response) => void ses.handle(request, response) });
  const queues = await startTestQueues();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: account.region,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_SNS: queues.snsEndpoint,
    AWS_ENDPOINT_URL_SSM: json.endpoint,
    AWS_ENDPOINT_URL_SESV2: rest.endpoint,
  });
  afterAll(async () => {
    await Promise.all([json.close(), rest.close()]);
    database.close();
  });
  return { queues, ssm, ses };
}
