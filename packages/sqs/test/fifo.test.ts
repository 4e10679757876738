import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  PurgeQueueCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { expect, it } from '@jest/globals';
import { client, createQueue, receive, refusalOf, send, type TestQueue } from './harness.ts';

const fifo = (more: Record<string, string> = {}) =>
  createQueue({ FifoQueue: 'true', ContentBasedDeduplication: 'true', ...more });
const put = (queue: TestQueue, MessageGroupId: string, body: string, more: Partial<SendMessageCommandInput> = {}) =>
  send(queue, body, { MessageGroupId, ...more });
const bodies = (messages: readonly { Body?: string }[]) => messages.map(({ Body }) => Body);

it('keeps the order of a group, and holds up nothing but the group', async () => {
  const queue = await fifo();
  for (const body of ['a1', 'a2', 'a3']) await put(queue, 'a', body);
  await put(queue, 'b', 'b1');
  const first = await receive(queue, { MaxNumberOfMessages: 2 });
  expect(bodies(first)).toEqual(['a1', 'a2']);
  expect(bodies(await receive(queue))).toEqual(['b1']);
  expect(await receive(queue)).toEqual([]);
  for (const { ReceiptHandle } of first) {
    await client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
  }
  expect(bodies(await receive(queue))).toEqual(['a3']);
});

it('hands out again from the message on that was shown again', async () => {
  const queue = await fifo();
  for (const body of ['1', '2', '3']) await put(queue, 'g', body);
  const [one] = await receive(queue);
  await client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queue.url,
      ReceiptHandle: one!.ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  );
  expect(bodies(await receive(queue))).toEqual(['1']);
});

it('takes a message once in five minutes, and says which it was', async () => {
  const queue = await fifo();
  const first = await put(queue, 'g', 'same');
  const second = await put(queue, 'h', 'same');
  expect(second).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
  expect(first.SequenceNumber).toMatch(/^\d{20}$/);
  expect(await receive(queue)).toMatchObject([
    { Body: 'same', Attributes: { MessageGroupId: 'g', SequenceNumber: first.SequenceNumber } },
  ]);
});

it('tells messages of different groups apart when deduplication is by group', async () => {
  const queue = await fifo({ DeduplicationScope: 'messageGroup' });
  for (const group of ['g', 'h', 'g']) await put(queue, group, 'same');
  expect(bodies(await receive(queue))).toEqual(['same', 'same']);
});

it('remembers what was sent when its scope was the whole queue', async () => {
  const queue = await fifo();
  await put(queue, 'g', 'same');
  const Attributes = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
  await client.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes }));
  await put(queue, 'h', 'same');
  expect(bodies(await receive(queue))).toEqual(['same']);
});

it('wants a group and an id, and no delay of a single message', async () => {
  const queue = await createQueue({ FifoQueue: 'true' });
  expect(await refusalOf(send(queue, 'x'))).toMatchObject({ code: 'MissingParameter' });
  expect(await refusalOf(put(queue, 'g', 'x'))).toMatchObject({ code: 'InvalidParameterValue' });
  const delayed = put(queue, 'g', 'x', { MessageDeduplicationId: 'd', DelaySeconds: 2 });
  expect(await refusalOf(delayed)).toMatchObject({ code: 'InvalidParameterValue' });
  const spaced = put(queue, 'a b', 'x', { MessageDeduplicationId: 'd' });
  expect(await refusalOf(spaced)).toMatchObject({ code: 'InvalidParameterValue' });
  const standard = await createQueue();
  const input = { QueueUrl: standard.url, MessageBody: 'x', MessageDeduplicationId: 'd' };
  expect(await refusalOf(client.send(new SendMessageCommand(input)))).toMatchObject({ code: 'InvalidParameterValue' });
});

it('refuses a batch as a whole in which a message lacks its group', async () => {
  const queue = await fifo();
  const Entries = [
    { Id: 'a', MessageBody: 'a', MessageGroupId: 'g' },
    { Id: 'b', MessageBody: 'b' },
  ];
  const batch = client.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  expect(await refusalOf(batch)).toMatchObject({ code: 'InvalidParameterValue' });
  expect(await receive(queue)).toEqual([]);
});

it('forgets with a purge what was sent of late', async () => {
  const queue = await createQueue({ FifoQueue: 'True', ContentBasedDeduplication: 'True' });
  await put(queue, 'g', 'same');
  await client.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
  await put(queue, 'g', 'same');
  expect(bodies(await receive(queue))).toEqual(['same']);
});

it('repeats a receive whose answer was lost, for the same attempt', async () => {
  const queue = await fifo();
  await put(queue, 'g', 'once');
  const attempt = { ReceiveRequestAttemptId: 'attempt-1' };
  const [first] = await receive(queue, attempt);
  const [again] = await receive(queue, attempt);
  expect(again).toMatchObject({ ReceiptHandle: first!.ReceiptHandle, Attributes: { ApproximateReceiveCount: '1' } });
  await client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: first!.ReceiptHandle }));
  expect(await receive(queue, attempt)).toEqual([]);
});

it('refuses a handle whose time is over', async () => {
  const queue = await fifo();
  await put(queue, 'g', 'late');
  const [message] = await receive(queue, { VisibilityTimeout: 0 });
  const late = new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message!.ReceiptHandle });
  expect((await refusalOf(client.send(late))).message).toMatch('The receipt handle has expired');
  expect(bodies(await receive(queue))).toEqual(['late']);
});
