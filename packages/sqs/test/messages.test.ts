import { request } from 'node:http';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { expect, it } from '@jest/globals';
import { uncheckedSignature } from '@dure/aws-protocols/unchecked-signature';
import { client, createQueue, receive, refusalOf, send } from './harness.ts';

type MessageAttributes = SendMessageCommandInput['MessageAttributes'];

it('takes every character that XML can carry, beyond U+FFFF too, and hands it out as it was', async () => {
  const queue = await createQueue();
  for (const body of ['Zoë 😀 𝒳', 'a\tb\nc\rd', '\uD7FF\uE000\uFFFD\u{10000}\u{10FFFF}']) {
    const MessageAttributes = { name: { DataType: 'String', StringValue: body } };
    await send(queue, body, { MessageAttributes });
    const [message] = await receive(queue, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({ Body: body, MessageAttributes });
  }
});

it.each(['\u0000', 'a\u001fb', '\uFFFE', '\uD83D', '\uDE00x'])('refuses what it cannot: %j', async (body) => {
  const queue = await createQueue();
  const raw = JSON.stringify({ QueueUrl: queue.url, MessageBody: body });
  expect(await post(queue.url, 'SendMessage', raw)).toMatchObject({
    __type: 'com.amazonaws.sqs#InvalidMessageContents',
  });
  expect(await receive(queue)).toEqual([]);
});

it('shows a message at once whose visibility time-out is set to 0', async () => {
  const queue = await createQueue();
  await send(queue, 'again');
  const [first] = await receive(queue);
  const change = { QueueUrl: queue.url, ReceiptHandle: first!.ReceiptHandle, VisibilityTimeout: 0 };
  await client.send(new ChangeMessageVisibilityCommand(change));
  const [second] = await receive(queue);
  expect(second).toMatchObject({ MessageId: first!.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
  await client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: second!.ReceiptHandle }));
  expect(await receive(queue)).toEqual([]);
});

it('shows it to somebody who waits, too, and whichever of its handles is used', async () => {
  const queue = await createQueue();
  await send(queue, 'again');
  const [first] = await receive(queue, { VisibilityTimeout: 0 });
  await receive(queue);
  const poll = receive(queue, { WaitTimeSeconds: 20 });
  const change = { QueueUrl: queue.url, ReceiptHandle: first!.ReceiptHandle, VisibilityTimeout: 0 };
  await client.send(new ChangeMessageVisibilityCommand(change));
  expect(await poll).toMatchObject([{ Attributes: { ApproximateReceiveCount: '3' } }]);
});

it('hands out the oldest message first, one that was shown again too', async () => {
  const queue = await createQueue();
  await send(queue, 'older');
  const [older] = await receive(queue);
  await send(queue, 'newer');
  const change = { QueueUrl: queue.url, ReceiptHandle: older!.ReceiptHandle, VisibilityTimeout: 0 };
  await client.send(new ChangeMessageVisibilityCommand(change));
  expect((await receive(queue)).map(({ Body }) => Body)).toEqual(['older', 'newer']);
});

it.each([
  ['name of an attribute', { 'aws.kind': { DataType: 'String', StringValue: 'x' } }],
  ['name of an attribute', { 'a..b': { DataType: 'String', StringValue: 'x' } }],
  ['type', { kind: { DataType: 'Text', StringValue: 'x' } }],
  ['empty value', { kind: { DataType: 'String', StringValue: '' } }],
  ['number', { kind: { DataType: 'Number', StringValue: 'many' } }],
  ['control character', { kind: { DataType: 'String', StringValue: '\u0008' } }],
])('refuses an attribute for its %s: %j', async (_why, MessageAttributes) => {
  const queue = await createQueue();
  const refused = await refusalOf(send(queue, 'x', { MessageAttributes: MessageAttributes as MessageAttributes }));
  expect(refused).toMatchObject({ code: 'InvalidParameterValue' });
  await send(queue, 'x', { MessageAttributes: { 'größe.1': { DataType: 'Number.int', StringValue: '-1.5e3' } } });
});

it('gives nothing to a long poll that was given up', async () => {
  const queue = await createQueue();
  const poll = new AbortController();
  const given = client.send(new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 20 }), {
    abortSignal: poll.signal,
  });
  const refused = expect(given).rejects.toThrow();
  // A request of the same client that is answered after the poll has begun to wait.
  await receive(queue);
  poll.abort();
  await refused;
  await send(queue, 'for somebody who is there');
  expect(await receive(queue)).toMatchObject([{ Body: 'for somebody who is there' }]);
});

it('answers a long poll as soon as a message comes, or becomes visible', async () => {
  const queue = await createQueue();
  const poll = receive(queue, { WaitTimeSeconds: 20 });
  await send(queue, 'now');
  expect(await poll).toMatchObject([{ Body: 'now' }]);
  await send(queue, 'delayed', { DelaySeconds: 1 });
  expect(await receive(queue)).toEqual([]);
  expect(await receive(queue, { WaitTimeSeconds: 20 })).toMatchObject([{ Body: 'delayed' }]);
});

it('hides a message for as long as the queue says when it is handed out, not when the poll began', async () => {
  const queue = await createQueue({ VisibilityTimeout: '600' });
  const poll = receive(queue, { WaitTimeSeconds: 20 });
  // Answered by the same client after the poll has begun to wait.
  await receive(queue);
  const Attributes = { VisibilityTimeout: '0' };
  await client.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes }));
  await send(queue, 'again');
  expect(await poll).toMatchObject([{ Body: 'again' }]);
  expect(await receive(queue)).toMatchObject([{ Body: 'again' }]);
});

it('knows a receipt handle that it never gave out', async () => {
  const [queue, other] = [await createQueue(), await createQueue()];
  await send(other, 'kept');
  const [foreign] = await receive(other);
  for (const ReceiptHandle of ['none', foreign!.ReceiptHandle!]) {
    const given = { QueueUrl: queue.url, ReceiptHandle };
    const refused = { name: 'ReceiptHandleIsInvalid' };
    expect(await refusalOf(client.send(new DeleteMessageCommand(given)))).toMatchObject(refused);
    const change = new ChangeMessageVisibilityCommand({ ...given, VisibilityTimeout: 5 });
    expect(await refusalOf(client.send(change))).toMatchObject(refused);
  }
  const Entries = [{ Id: 'a', ReceiptHandle: 'none' }];
  const batch = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  expect(batch.Failed).toMatchObject([{ Id: 'a', Code: 'ReceiptHandleIsInvalid', SenderFault: true }]);
});

it('refuses to change the visibility of a message that is deleted, or beyond twelve hours', async () => {
  const queue = await createQueue();
  await send(queue, 'one');
  const [{ ReceiptHandle } = {}] = await receive(queue);
  const given = { QueueUrl: queue.url, ReceiptHandle };
  await client.send(new DeleteMessageCommand(given));
  await client.send(new DeleteMessageCommand(given));
  const change = client.send(new ChangeMessageVisibilityCommand({ ...given, VisibilityTimeout: 5 }));
  expect(await refusalOf(change)).toMatchObject({ code: 'InvalidParameterValue' });
  const tooLong = client.send(new ChangeMessageVisibilityCommand({ ...given, VisibilityTimeout: 43_201 }));
  expect(await refusalOf(tooLong)).toMatchObject({ code: 'InvalidParameterValue' });
});

it('hands out the trace header and digests that clients check', async () => {
  const queue = await createQueue();
  const AWSTraceHeader = { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' };
  const sent = await send(queue, 'traced', { MessageSystemAttributes: { AWSTraceHeader } });
  expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[\da-f]{32}$/);
  expect(await receive(queue)).toMatchObject([
    { Attributes: { AWSTraceHeader: AWSTraceHeader.StringValue, SenderId: 'tester', ApproximateReceiveCount: '1' } },
  ]);
});

it('carries out a batch entry by entry', async () => {
  const queue = await createQueue({ MaximumMessageSize: '1024' });
  const Entries = [
    { Id: 'good', MessageBody: 'x' },
    { Id: 'large', MessageBody: 'x'.repeat(1025) },
    {
      Id: 'binary',
      MessageBody: 'x',
      MessageAttributes: { b: { DataType: 'Binary', BinaryValue: Buffer.of(1, 255) } },
    },
  ];
  const { Successful, Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  expect(Successful?.map(({ Id }) => Id)).toEqual(['good', 'binary']);
  expect(Failed).toMatchObject([{ Id: 'large', Code: 'InvalidParameterValue', SenderFault: true }]);
  const received = await receive(queue, { MessageAttributeNames: ['b'] });
  expect(received[1]?.MessageAttributes?.['b']?.BinaryValue).toEqual(new Uint8Array([1, 255]));
});

it('refuses batches and bodies that are too large as a whole', async () => {
  const { url: QueueUrl } = await createQueue();
  const half = 'x'.repeat(1_048_576 / 2 + 1);
  const entries = (count: number, MessageBody: string) =>
    Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody }));
  const batch = (Entries: { Id: string; MessageBody: string }[]) =>
    refusalOf(client.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
  const prefix = 'AWS.SimpleQueueService.';
  expect(await batch([])).toMatchObject({ name: 'EmptyBatchRequest', code: `${prefix}EmptyBatchRequest` });
  expect(await batch(entries(11, 'x'))).toMatchObject({ code: `${prefix}TooManyEntriesInBatchRequest` });
  expect(await batch(entries(2, half))).toMatchObject({ code: `${prefix}BatchRequestTooLong` });
  expect(await batch([...entries(1, 'x'), ...entries(1, 'y')])).toMatchObject({
    code: `${prefix}BatchEntryIdsNotDistinct`,
  });
  expect(await batch([{ Id: 'a b', MessageBody: 'x' }])).toMatchObject({ code: `${prefix}InvalidBatchEntryId` });
});

it('counts what is visible, in flight and delayed', async () => {
  const queue = await createQueue();
  for (const body of ['a', 'b', 'c']) await send(queue, body);
  await send(queue, 'later', { DelaySeconds: 900 });
  await receive(queue, { MaxNumberOfMessages: 1 });
  const names = new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] });
  expect((await client.send(names)).Attributes).toMatchObject({
    ApproximateNumberOfMessages: '2',
    ApproximateNumberOfMessagesNotVisible: '1',
    ApproximateNumberOfMessagesDelayed: '1',
  });
});

it('says of a message what the receiver asks for', async () => {
  const queue = await createQueue({ VisibilityTimeout: '0' });
  const text = { DataType: 'String', StringValue: 'x' };
  await send(queue, 'x', { MessageAttributes: { 'order.id': text, 'order.kind': text, other: text } });
  const names = async (...MessageAttributeNames: string[]) => {
    const [message] = await receive(queue, { MessageAttributeNames });
    return Object.keys(message?.MessageAttributes ?? {}).sort();
  };
  expect(await names()).toEqual([]);
  expect(await names('other', 'none')).toEqual(['other']);
  expect(await names('order.*')).toEqual(['order.id', 'order.kind']);
  expect(await names('oth.*')).toEqual(['other']);
  for (const all of ['All', '.*', '*']) expect(await names(all)).toEqual(['order.id', 'order.kind', 'other']);
  const both = { MessageSystemAttributeNames: ['SentTimestamp' as const], AttributeNames: ['All' as const] };
  expect(Object.keys((await receive(queue, both))[0]?.Attributes ?? {})).toEqual(['SentTimestamp']);
});

it('takes the trace from the header of the request, where the message says none', async () => {
  const queue = await createQueue();
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  // SQS takes a queue's name in the place of its URL.
  const body = JSON.stringify({ QueueUrl: queue.name, MessageBody: 'x' });
  await post(queue.url, 'SendMessage', body, { 'x-amzn-trace-id': trace });
  expect(await receive(queue)).toMatchObject([{ Attributes: { AWSTraceHeader: trace } }]);
});

function post(url: string, action: string, body: string, more: Record<string, string> = {}): Promise<unknown> {
  const target = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` };
  const headers = { authorization: uncheckedSignature('sqs'), ...target, ...more };
  return new Promise((resolve, reject) => {
    const sent = request(new URL('/', url), { method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text)));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

it('is deleted by an older handle while nobody holds it, and not from under whoever does', async () => {
  const queue = await createQueue();
  await send(queue, 'twice');
  const [first] = await receive(queue, { VisibilityTimeout: 0 });
  const [held] = await receive(queue, { VisibilityTimeout: 30 });
  const older = { QueueUrl: queue.url, ReceiptHandle: first!.ReceiptHandle };
  await client.send(new DeleteMessageCommand(older));
  const again = { QueueUrl: queue.url, ReceiptHandle: held!.ReceiptHandle, VisibilityTimeout: 0 };
  await client.send(new ChangeMessageVisibilityCommand(again));
  expect(await receive(queue, { VisibilityTimeout: 0 })).toMatchObject([{ Body: 'twice' }]);
  await client.send(new DeleteMessageCommand(older));
  expect(await receive(queue)).toEqual([]);
});

it('has a type whose label holds blanks and dots', async () => {
  const queue = await createQueue();
  const label = { DataType: 'String. of  two.', StringValue: 'x' };
  await send(queue, 'typed', { MessageAttributes: { kind: label } });
  expect(await receive(queue, { MessageAttributeNames: ['All'] })).toMatchObject([
    { MessageAttributes: { kind: label } },
  ]);
});
