import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { CloudWatchClient, DescribeAlarmHistoryCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ListAlerts } from '@dure/contracts/alerts';
import { GetOrder } from '@dure/contracts/orders';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { type Cloud, connect, expectStatus, json } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { putEntries } from '@dure/testing/shop/faults-messages';
import { openQueues, type Queues } from '@dure/testing/shop/faults-queues';
import { endFaults, inject } from '@dure/testing/faults';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';

/*
 * An alarm reaches a person: from a failing function to the mail and the signed webhook, and back to OK. Alarms take three
 * seconds for a minute here.
 */
const secret = `whsec_${randomBytes(32).toString('base64')}`;

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const calls: Call[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    calls.push({ headers: request.headers, body });
    response.writeHead(204).end();
  });
});

let running: LocalCloudProcess;
let cloud: Cloud;
let queues: Queues;
let cloudWatch: CloudWatchClient;

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  running = await startLocalCloud({ entry: 'short-minutes', only: ['orders', 'inventory'] });
  cloud = connect(running.url);
  queues = openQueues(cloud, running);
  const client = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  cloudWatch = new CloudWatchClient({ ...client, endpoint: running.endpoints['CloudWatch']! });
  const ssm = new SSMClient({ ...client, endpoint: running.endpoints['SSM']! });
  const { port } = receiver.address() as { port: number };
  const parameters = { 'webhook-url': `http://127.0.0.1:${port}/`, 'webhook-secret': secret };
  for (const [name, Value] of Object.entries(parameters)) {
    await ssm.send(new PutParameterCommand({ Name: `/dure/local/alerts/${name}`, Value, Type: 'SecureString' }));
  }
  ssm.destroy();
}, 300_000);

afterAll(async () => {
  queues?.close();
  cloudWatch?.destroy();
  await running?.stop();
  receiver.closeAllConnections();
  receiver.close();
});

interface Hooked {
  readonly state: string;
  readonly title: string;
  readonly alarm?: { readonly previousState: string };
}

/**
 * The states of an alarm that the webhook received, each verified by the reference library, in the order of their
 * timestamps: a topic promises no order of arrival.
 */
const hooksOf = (alarm: string) =>
  calls
    .map(({ headers, body }) => new Webhook(secret).verify(body, headers as Record<string, string>))
    .map((hook) => hook as { timestamp: string; data: Hooked })
    .toSorted((one, other) => one.timestamp.localeCompare(other.timestamp))
    .map(({ data }) => data)
    .filter(({ title, alarm: changed }) => title === alarm && changed?.previousState !== 'INSUFFICIENT_DATA')
    .map(({ state }) => state);

async function mailsOf(alarm: string): Promise<string[]> {
  const { emails } = (await json(`${cloud.url}/_cloud/emails?limit=1000`)) as { emails: { subject: string }[] };
  return emails
    .map(({ subject }) => subject)
    .filter((subject) => subject.endsWith(` ${alarm}`))
    .toSorted();
}

async function stateOf(alarm: string): Promise<string | undefined> {
  const { alarms } = (await cloud.view('alarms')) as { alarms: { name: string; state: string }[] };
  return alarms.find(({ name }) => name === alarm)?.state;
}

const reaches = (alarm: string, state: string) =>
  eventually(`${alarm} is ${state}`, async () => ((await stateOf(alarm)) === state ? true : undefined));

/** The person is notified over both channels that it went off and that it is over, once each. */
async function expectMailsOnce(alarm: string): Promise<void> {
  const expectedMails = [`[local] ALARM: ${alarm}`, `[local] OK: ${alarm}`];
  await eventually(`Both are notified of ${alarm}`, async () =>
    (await mailsOf(alarm)).length >= 2 && hooksOf(alarm).length >= 2 ? true : undefined,
  );
  expect(await mailsOf(alarm)).toEqual(expectedMails);
  expect(hooksOf(alarm)).toEqual(['ALARM', 'OK']);
}

it('notifies a person of a dead letter, and when it is resolved', async () => {
  const alarm = 'dure-local-inventory-commands-dead-letters';
  await reaches(alarm, 'OK');
  await queues.send('dure-local-inventory-commands', `no JSON ${randomUUID()}`);
  await eventually('The journal collects the dead letter', async () => {
    const { payload } = (await cloud.invoke('journal-local-collectDeadLetters')) as { payload?: object };
    return payload && (await stateOf(alarm)) === 'ALARM' ? true : undefined;
  });
  await reaches(alarm, 'OK');
  await expectMailsOnce(alarm);

  const { items } = expectStatus(await cloud.call(ListAlerts, { query: { state: 'ALARM' } }), 200).body;
  expect(items.find(({ title }) => title === alarm)).toMatchObject({
    alarm: { previousState: 'OK', description: expect.stringContaining('services/inventory/README.md#dead-letters') },
    deliveries: [
      { channel: 'email', status: 'sent' },
      { channel: 'webhook', status: 'sent' },
    ],
  });
  const history = await cloudWatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: alarm, HistoryItemType: 'StateUpdate' }),
  );
  expect(history.AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
    'Alarm updated from ALARM to OK',
    'Alarm updated from OK to ALARM',
    'Alarm updated from INSUFFICIENT_DATA to OK',
  ]);
}, 300_000);

it('notifies a person of foreign events on the bus', async () => {
  const alarm = 'dure-local-journal-foreign-events';
  await reaches(alarm, 'OK');
  await putEntries(running, [{ Source: 'com.evil', DetailType: 'RefundAmount.v1', Detail: '{}' }]);
  await reaches(alarm, 'ALARM');
  await reaches(alarm, 'OK');
  await expectMailsOnce(alarm);
}, 300_000);

it('notifies a person of requests that are answered with 5xx', async () => {
  const alarm = 'dure-local-orders-api-server-errors';
  await reaches(alarm, 'OK');
  await inject(cloud, { requests: [{ service: 'DynamoDB', actions: ['GetItem', 'Query', 'BatchGetItem'], fail: 1 }] });
  await eventually('A request fails', async () => {
    const { status } = await cloud.call(GetOrder, { params: { orderId: randomUUID() } });
    return status >= 500 ? true : undefined;
  });
  await endFaults(cloud);
  await reaches(alarm, 'ALARM');
  await reaches(alarm, 'OK');
  await expectMailsOnce(alarm);
}, 300_000);

it('can be triggered manually, as a drill', async () => {
  const AlarmName = 'dure-local-journal-record-errors';
  await reaches(AlarmName, 'OK');
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'A drill' }));
  await reaches(AlarmName, 'OK');
  await expectMailsOnce(AlarmName);
}, 300_000);
