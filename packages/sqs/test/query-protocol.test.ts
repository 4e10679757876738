import { expect, it } from '@jest/globals';
import { uncheckedSignature } from '@dure/aws-protocols/unchecked-signature';
import { createQueue, endpoint, receive, send } from './harness.ts';

async function query(parameters: Record<string, string>, path = '/'): Promise<{ status: number; xml: string }> {
  const body = new URLSearchParams({ ...parameters, Version: '2012-11-05' });
  const response = await fetch(`${endpoint}${path}`, {
    method: 'POST',
    headers: { authorization: uncheckedSignature('sqs') },
    body,
  });
  return { status: response.status, xml: await response.text() };
}

it('is spoken by older clients', async () => {
  const QueueUrl = (await createQueue()).url;
  const sent = await query({
    ...{ Action: 'SendMessage', QueueUrl, MessageBody: 'a <b>\r\n 😀', DelaySeconds: '0' },
    ...{ 'MessageAttribute.1.Name': 'kind', 'MessageAttribute.1.Value.DataType': 'String' },
    'MessageAttribute.1.Value.StringValue': 'x',
  });
  expect(sent).toMatchObject({ status: 200 });
  expect(sent.xml).toMatch(/<SendMessageResponse .*<SendMessageResult>.*<MD5OfMessageAttributes>.*<RequestId>/s);
  const received = await query({
    ...{ Action: 'ReceiveMessage', QueueUrl, MaxNumberOfMessages: '10' },
    ...{ 'AttributeName.1': 'All', 'MessageAttributeName.1': 'All' },
  });
  expect(received.xml).toContain('<Body>a &lt;b&gt;&#xD;\n 😀</Body>');
  expect(received.xml).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
  expect(received.xml).toContain(
    '<MessageAttribute><Name>kind</Name><Value><DataType>String</DataType><StringValue>x</StringValue></Value></MessageAttribute>',
  );
});

it('takes a list without members', async () => {
  const QueueUrl = (await createQueue()).url;
  const received = await query({ Action: 'ReceiveMessage', QueueUrl, MessageAttributeNames: '', AttributeNames: '' });
  expect(received.status).toBe(200);
});

it('takes batches, and the queue from the path', async () => {
  const queue = await createQueue();
  const sent = await query(
    {
      Action: 'SendMessageBatch',
      ...{ 'SendMessageBatchRequestEntry.1.Id': 'a', 'SendMessageBatchRequestEntry.1.MessageBody': 'one' },
      ...{ 'SendMessageBatchRequestEntry.2.Id': 'b', 'SendMessageBatchRequestEntry.2.MessageBody': '\u0001' },
    },
    new URL(queue.url).pathname,
  );
  expect(sent.xml).toMatch(/<SendMessageBatchResultEntry><Id>a<\/Id>/);
  expect(sent.xml).toMatch(/<BatchResultErrorEntry><Id>b<\/Id>.*<Code>InvalidMessageContents<\/Code>/);
  expect(await receive(queue)).toMatchObject([{ Body: 'one' }]);
});

it.each([
  [{ Action: 'GetQueueUrl', QueueName: 'none' }, 'AWS.SimpleQueueService.NonExistentQueue'],
  [{ Action: 'ReceiveMessage', MaxNumberOfMessages: '11' }, 'InvalidParameterValue'],
  [{ Action: 'ReceiveMessage', MaxNumberOfMessages: 'ten' }, 'InvalidParameterValue'],
  [{ Action: 'SendMessage' }, 'MissingParameter'],
  [{ Action: 'Nonsense' }, 'InvalidAction'],
  [{ Action: 'toString' }, 'InvalidAction'],
  [{}, 'MissingAction'],
] as [Record<string, string>, string][])('refuses %j as %s', async (parameters, code) => {
  const queue = await createQueue();
  const refused = await query({ QueueUrl: queue.url, ...parameters });
  expect(refused.status).toBe(400);
  expect(refused.xml).toContain(`<Error><Type>Sender</Type><Code>${code}</Code>`);
  await send(queue, 'still there');
});
