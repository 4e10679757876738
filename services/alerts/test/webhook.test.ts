import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import {
  alarm,
  bodiesIn,
  deliver,
  hiddenFor,
  MAX_RECEIVES,
  openReceiver,
  publish,
  put,
  secret,
  showAll,
  ssm,
  subscribe,
} from './operators.ts';

await subscribe('webhook');
const receiver = await openReceiver();
const theirs = await openReceiver();
const { handler } = await import('../src/events/webhook.ts');
const { store } = await import('../src/composition.ts');
const deliveriesOf = async (id: string) => (await store.load(id))?.deliveries;

/** The secret is being rotated: both are valid. */
const nextSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

/** The first test finds no recipient; the others do. */
it('stores an alert while no recipient is configured', async () => {
  const id = publish(alarm());
  expect(await deliver(handler, 'webhook')).toBe(1);
  expect(bodiesIn('webhook')).toEqual([]);
  expect(await deliveriesOf(id)).toMatchObject([{ channel: 'webhook', status: 'unconfigured' }]);
});

it('fails while the secret is missing, and says so in the dead letter', async () => {
  ssm.put('/dure/local/alerts/webhook-url', receiver.url);
  const id = publish(alarm());
  await deliver(handler, 'webhook', MAX_RECEIVES);
  expect(bodiesIn('webhook-dlq').find(({ body }) => body.includes(id))?.reason).toContain('webhook-secret is missing');
  ssm.put('/dure/local/alerts/webhook-secret', `${nextSecret} ${secret}`);
});

it('posts an alarm that the reference library of Standard Webhooks verifies', async () => {
  const message = alarm();
  const id = publish(message);
  await deliver(handler, 'webhook');
  const [request, ...more] = receiver.of(id);
  expect(more).toEqual([]);
  new Webhook(nextSecret).verify(request!.body, request!.headers as Record<string, string>);
  const verified = new Webhook(secret).verify(request!.body, request!.headers as Record<string, string>);
  const { AlarmName: title } = JSON.parse(message) as { AlarmName: string };
  expect(verified).toMatchObject({
    type: 'alarm.state_changed',
    timestamp: '2026-01-05T09:30:00.000Z',
    data: { id, state: 'ALARM', title, alarm: { previousState: 'OK' } },
  });
  expect(() => new Webhook(secret).verify(`${request!.body} `, request!.headers as Record<string, string>)).toThrow();
  expect(await deliveriesOf(id)).toMatchObject([{ status: 'sent' }]);
});

it('delivers once for a notification that arrives twice, even at the same time', async () => {
  const id = publish(alarm());
  const [{ body } = { body: '' }] = bodiesIn('webhook').filter((it) => it.body.includes(id));
  put('webhook', body);
  put('webhook', body);
  expect(await deliver(handler, 'webhook')).toBe(3);
  expect(receiver.of(id)).toHaveLength(1);
  for (let left = 3; bodiesIn('webhook').length > 0 && left > 0; left -= 1) await showAndDeliver();
  expect(receiver.of(id)).toHaveLength(1);
  expect(bodiesIn('webhook')).toEqual([]);
});

it('is retried while the receiver is down, each time later, and delivered when it is up', async () => {
  receiver.answering.status = 503;
  const id = publish(alarm());
  await deliver(handler, 'webhook', 2);
  expect(hiddenFor('webhook', id)).toBeGreaterThan(5);
  expect(hiddenFor('webhook', id)).toBeLessThan(15);
  expect(await deliveriesOf(id)).toMatchObject([{ status: 'sending' }]);
  receiver.answering.status = 200;
  await showAndDeliver();
  expect(receiver.of(id)).toHaveLength(2);
  expect(new Set(receiver.of(id).map(({ body }) => body)).size).toBe(1);
  expect(await deliveriesOf(id)).toMatchObject([{ status: 'sent' }]);
});

it.each([
  ['answers 500', 500, 'answered 500'],
  ['redirects elsewhere', 302, 'answered 302'],
])('becomes a dead letter with the reason when the receiver %s every time', async (_, status, reason) => {
  Object.assign(receiver.answering, { status, headers: { location: receiver.url } });
  const id = publish(alarm());
  await deliver(handler, 'webhook', MAX_RECEIVES);
  expect(receiver.of(id)).toHaveLength(1);
  expect(bodiesIn('webhook-dlq').find(({ body }) => body.includes(id))?.reason).toContain(reason);
  expect(bodiesIn('webhook')).toEqual([]);
  Object.assign(receiver.answering, { status: 200, headers: {} });
});

it('becomes a dead letter at once when the receiver is gone for good', async () => {
  receiver.answering.status = 410;
  const id = publish(alarm());
  await deliver(handler, 'webhook', 1);
  expect(bodiesIn('webhook-dlq').find(({ body }) => body.includes(id))?.reason).toContain(
    'does not accept webhooks any more',
  );
  receiver.answering.status = 200;
});

it('delivers a dead letter that is redriven', async () => {
  const [letter] = bodiesIn('webhook-dlq').filter(({ reason }) => reason?.includes('any more'));
  const { MessageId: id } = JSON.parse(letter!.body) as { MessageId: string };
  put('webhook', letter!.body);
  await deliver(handler, 'webhook');
  expect(receiver.of(id)).toHaveLength(2);
  expect(await deliveriesOf(id)).toMatchObject([{ status: 'sent' }]);
});

it.each([
  ['no JSON', () => 'alarm!'],
  ['no notification', () => JSON.stringify({ hello: 'world' })],
  ['a notification without an id', () => JSON.stringify({ Type: 'Notification', Message: 'x', Timestamp: new Date() })],
])('becomes a dead letter at once as it is %s, while its neighbour is delivered', async (_, body) => {
  const text = body();
  put('webhook', text);
  const id = publish(alarm());
  expect(await deliver(handler, 'webhook', 1)).toBe(2);
  expect(bodiesIn('webhook-dlq').find((it) => it.body === text)?.reason).toContain('not an SNS notification');
  expect(receiver.of(id)).toHaveLength(1);
});

it('delivers everything: missing data, notices and plain text too', async () => {
  const text = `Payments are paused, ${randomUUID()}`;
  const ids = [
    publish(alarm({ NewStateValue: 'INSUFFICIENT_DATA' })),
    publish(JSON.stringify({ notice: text }), 'Maintenance'),
    publish(text),
  ];
  await deliver(handler, 'webhook');
  const bodies = ids.map((id) => JSON.parse(receiver.of(id)[0]!.body) as { type: string; data: object });
  expect(bodies).toMatchObject([
    { type: 'alarm.state_changed', data: { state: 'INSUFFICIENT_DATA' } },
    { type: 'notice', data: { state: 'NOTICE', title: 'Maintenance', reason: text } },
    { type: 'notice', data: { state: 'NOTICE', title: text, reason: text } },
  ]);
});

it('posts a notice for an owner there, once although it is published twice, and names the owner alone', async () => {
  const [id, other] = [randomUUID(), randomUUID()];
  const owner = { name: 'Team Post', email: 'post@example.com', webhook: theirs.url };
  publish(JSON.stringify({ notice: 'Move.', id, owner }), 'It goes');
  publish(JSON.stringify({ notice: 'Move.', id, owner }), 'It goes');
  publish(JSON.stringify({ notice: 'Move.', id: other, owner: { name: 'Team Desk' } }), 'It goes');
  await deliver(handler, 'webhook');
  for (let left = 3; bodiesIn('webhook').length > 0 && left > 0; left -= 1) await showAndDeliver();
  expect(theirs.received).toHaveLength(1);
  expect(receiver.of(id)).toEqual([]);
  expect(receiver.of(other)).toHaveLength(1);
  const [request] = theirs.of(id);
  const verified = new Webhook(secret).verify(request!.body, request!.headers as Record<string, string>);
  expect(verified).toMatchObject({ type: 'notice', data: { id, title: 'It goes', owner: 'Team Post' } });
  expect(request?.body).not.toContain('post@example.com');
});

async function showAndDeliver(): Promise<void> {
  await showAll('webhook');
  await deliver(handler, 'webhook');
}
