import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { createSns } from '../src/index.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:queue';

/** A topic whose queue fails like that. */
function topicTo(failure: Error) {
  const logged: string[] = [];
  const sns = createSns({
    ...{ database: new DatabaseSync(':memory:'), accountId: '000000000000', region: 'us-east-1' },
    sqs: {
      send() {
        throw failure;
      },
    },
    deliver() {
      throw failure;
    },
    atomically: (work) => work(),
    log: (_level, message) => void logged.push(message),
  });
  const { topicArn } = sns.putTopic('topic', {});
  sns.putSubscription(topicArn, 'sqs', QUEUE, {});
  return { publish: () => sns.publish(topicArn, 'hello'), logged };
}

it('publishes what a queue refuses, as there may be others', () => {
  const { publish, logged } = topicTo(new AwsError('QueueDoesNotExist', 'There is none.'));
  expect(publish()).toMatchObject({ MessageId: expect.any(String) });
  expect(logged).toEqual([`A message of a topic was not delivered to ${QUEUE}`]);
});

it('does not take a message that it cannot keep', () => {
  const { publish, logged } = topicTo(new Error('database or disk is full'));
  expect(publish).toThrow('database or disk is full');
  expect(logged).toEqual([]);
});
