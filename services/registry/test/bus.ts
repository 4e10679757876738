import { DatabaseSync } from 'node:sqlite';
import { awsJsonServerOptions } from '@dure/aws-protocols/aws-json';
import { createEventBridge } from '@dure/local-cloud/services/eventbridge/index';
import { signed } from '@dure/local-http/access-rules';
import { openServer } from '@dure/local-http/server';
import { afterAll } from '@jest/globals';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:queue';

/** EventBridge, for this test file, with a bus of a stage's name for each `stage`. */
export async function startBus() {
  const database = new DatabaseSync(':memory:');
  const nothing = () => undefined;
  const bridge = createEventBridge({
    ...{ database, accountId: '000000000000', region: 'us-east-1', log: nothing, recordDelivery: nothing },
    ...{ deliver: () => Promise.resolve(), deadLetter: () => Promise.resolve() },
  });
  const server = await openServer({ ...awsJsonServerOptions({ AWSEvents: bridge.handle }), rule: signed });
  process.env['AWS_ENDPOINT_URL_EVENTBRIDGE'] = server.endpoint;
  afterAll(async () => {
    await server.close();
    database.close();
  });
  return {
    open: (stage: string) => bridge.handle('CreateEventBus', { Name: `dure-${stage}` }),
    /** A rule with a target. */
    async rule(stage: string, Name: string, pattern: object) {
      const EventBusName = `dure-${stage}`;
      await bridge.handle('PutRule', { Name, EventBusName, EventPattern: JSON.stringify(pattern) });
      await bridge.handle('PutTargets', { Rule: Name, EventBusName, Targets: [{ Id: 'queue', Arn: QUEUE }] });
    },
    removeTarget: (stage: string, name: string) =>
      bridge.handle('RemoveTargets', { Rule: name, EventBusName: `dure-${stage}`, Ids: ['queue'] }),
    disable: (stage: string, name: string) =>
      bridge.handle('DisableRule', { Name: name, EventBusName: `dure-${stage}` }),
  };
}
