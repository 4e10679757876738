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
] as [Record<string, string>, string][])('refuses %j as %s', async (parameters, code) => {
  const queue = await createQueue();
  const refused = await query({ QueueUrl: queue.url, ...parameters });
  expect(refused.status).toBe(400);
  expect(refused.xml).toContain(`<Error><Type>Sender</Type><Code>${code}</Code>`);
  await send(queue, 'still there');
});

it('does not know a request without an action', async () => {
  const answer = await query({}, '/');
  expect(answer).toMatchObject({ status: 404, xml: '<UnknownOperationException/>' });
});

it.each(['CreateQueue', 'ListQueues'])('takes no %s at the address of a queue', async (Action) => {
  const { pathname } = new URL((await createQueue()).url);
  const refused = await query({ Action, QueueName: 'another' }, pathname);
  expect(refused.status).toBe(400);
  expect(refused.xml).toContain('<Code>InvalidAction</Code>');
  expect(refused.xml).toContain(`The action ${Action} is not valid for this endpoint.`);
});

it('says that a queue does not exist for its version, and that nothing was received', async () => {
  const gone = await query({ Action: 'PurgeQueue', QueueUrl: `${endpoint}/000000000000/gone` });
  expect(gone.xml).toContain('The specified queue does not exist for this wsdl version.');
  const nothing = await query({ Action: 'ReceiveMessage', QueueUrl: (await createQueue()).url });
  expect(nothing.xml).toContain('<ReceiveMessageResult/>');
});

it('answers in JSON where that is accepted', async () => {
  const queue = await createQueue();
  await send(queue, 'a "b" \r c');
  const ask = async (parameters: Record<string, string>): Promise<unknown> => {
    const address = new URL(queue.url);
    address.search = new URLSearchParams(parameters).toString();
    const authorization = uncheckedSignature('sqs');
    return (await fetch(address, { headers: { accept: 'application/json', authorization } })).json();
  };
  expect(await ask({ Action: 'ReceiveMessage', VisibilityTimeout: '0' })).toMatchObject({
    ReceiveMessageResponse: { ReceiveMessageResult: { messages: [{ Body: 'a "b" \r c' }] } },
  });
  expect(await ask({ Action: 'GetQueueAttributes', 'AttributeName.1': 'VisibilityTimeout' })).toMatchObject({
    GetQueueAttributesResponse: {
      GetQueueAttributesResult: { Attributes: [{ Name: 'VisibilityTimeout', Value: '30' }] },
    },
  });
});
