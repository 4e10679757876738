import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { expect, it } from '@jest/globals';
import { client, createQueue, receive, refusalOf, send, type TestQueue } from './harness.ts';

async function withLetters(count: number): Promise<{ queue: TestQueue; letters: TestQueue }> {
  const letters = await createQueue();
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: letters.arn, maxReceiveCount: 1 });
  const queue = await createQueue({ RedrivePolicy });
  for (let index = 0; index < count; index += 1) await send(queue, `letter ${index}`);
  for (let times = 0; times < 2; times += 1) await receive(queue, { VisibilityTimeout: 0 });
  return { queue, letters };
}

it('gives up what was received too often, and says where it came from', async () => {
  const { queue, letters } = await withLetters(3);
  expect(await receive(queue)).toEqual([]);
  const found = await receive(letters);
  expect(found.map(({ Body }) => Body)).toEqual(['letter 0', 'letter 1', 'letter 2']);
  expect(found[0]?.Attributes).toMatchObject({ DeadLetterQueueSourceArn: queue.arn, ApproximateReceiveCount: '2' });
});

it('moves dead letters back to where they came from', async () => {
  const { queue, letters } = await withLetters(3);
  await client.send(new StartMessageMoveTaskCommand({ SourceArn: letters.arn }));
  const moved: string[] = [];
  while (moved.length < 3) {
    const messages = await receive(queue, { WaitTimeSeconds: 5 });
    expect(messages).not.toEqual([]);
    for (const { Body = '', Attributes } of messages) {
      expect(Attributes?.ApproximateReceiveCount).toBe('1');
      moved.push(Body);
    }
  }
  expect(moved.sort()).toEqual(['letter 0', 'letter 1', 'letter 2']);
  expect(await receive(letters)).toEqual([]);
});

it('moves them elsewhere, as fast as it may, until it is cancelled', async () => {
  const { letters } = await withLetters(5);
  const elsewhere = await createQueue();
  const { TaskHandle } = await client.send(
    new StartMessageMoveTaskCommand({
      ...{ SourceArn: letters.arn, DestinationArn: elsewhere.arn, MaxNumberOfMessagesPerSecond: 1 },
    }),
  );
  const second = client.send(new StartMessageMoveTaskCommand({ SourceArn: letters.arn }));
  expect(await refusalOf(second)).toMatchObject({ code: 'InvalidParameterValue' });
  expect(await receive(elsewhere, { WaitTimeSeconds: 10 })).toHaveLength(1);
  await client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: letters.arn }));
  expect(Results).toMatchObject([{ Status: 'CANCELLED', ApproximateNumberOfMessagesToMove: 5 }]);
  expect((await receive(letters)).length).toBeGreaterThanOrEqual(3);
});

it('moves only from a queue of dead letters', async () => {
  const { arn: SourceArn } = await createQueue();
  const cancel = client.send(new CancelMessageMoveTaskCommand({ TaskHandle: 'none' }));
  expect(await refusalOf(cancel)).toMatchObject({ code: 'InvalidParameterValue' });
  const start = (arn: string) => refusalOf(client.send(new StartMessageMoveTaskCommand({ SourceArn: arn })));
  expect(await start(SourceArn)).toMatchObject({ code: 'InvalidParameterValue' });
  expect(await start(`${SourceArn}-none`)).toMatchObject({ name: 'ResourceNotFoundException' });
});
