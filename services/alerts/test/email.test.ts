import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import {
  alarm,
  bodiesIn,
  deliver,
  hiddenFor,
  MAX_RECEIVES,
  publish,
  put,
  ses,
  showAll,
  ssm,
  subscribe,
} from './operators.ts';

await subscribe('email');
const { handler } = await import('../src/events/email.ts');
const { store } = await import('../src/composition.ts');
const sent = (text: string) => ses.sent({ limit: 100 }).filter((it) => `${it.subject}${it.text}`.includes(text));
const bodyOf = (id: string) => bodiesIn('email').find(({ body }) => body.includes(id))?.body ?? '';

it('stores an alert while no recipient is configured', async () => {
  const id = publish(alarm());
  expect(await deliver(handler, 'email')).toBe(1);
  expect(await store.load(id)).toMatchObject({
    state: 'ALARM',
    deliveries: [{ channel: 'email', status: 'unconfigured' }],
  });
  expect(bodiesIn('email')).toEqual([]);
});

it('is retried while half configured, then becomes a dead letter, or is sent once that is fixed', async () => {
  ssm.put('/dure/local/alerts/email-from', 'alerts@dure.example');
  const lost = publish(alarm());
  await deliver(handler, 'email', MAX_RECEIVES);
  expect(bodiesIn('email-dlq').find(({ body }) => body.includes(lost))?.reason).toContain('email-to is missing');

  const id = publish(alarm());
  await deliver(handler, 'email');
  expect(hiddenFor('email', id)).toBeLessThan(5);
  expect(sent(id)).toEqual([]);
  ssm.put('/dure/local/alerts/email-to', 'ops@dure.example, night@dure.example');
  await showAll('email');
  await deliver(handler, 'email');
  const [mail, ...more] = sent(id);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({ from: 'alerts@dure.example', to: ['ops@dure.example', 'night@dure.example'] });
  expect(mail!.subject).toMatch(/^\[local\] ALARM: dure-local-orders-/);
  for (const part of [
    'from OK to ALARM',
    'services/orders/README.md#errors',
    'Threshold Crossed',
    'arn:aws:cloudwatch',
  ]) {
    expect(mail!.text).toContain(part);
  }
});

it('is sent once for a notification that arrives twice', async () => {
  const id = publish(alarm());
  const body = bodyOf(id);
  await deliver(handler, 'email');
  put('email', body);
  expect(await deliver(handler, 'email')).toBe(1);
  expect(sent(id)).toHaveLength(1);
  expect(bodiesIn('email')).toEqual([]);
});

it('becomes a dead letter at once when it is not a notification', async () => {
  put('email', 'alarm!');
  await deliver(handler, 'email');
  expect(bodiesIn('email-dlq').find(({ body }) => body === 'alarm!')?.reason).toContain('not an SNS notification');
});

it('delivers alarms that go off and end, and notices, but nothing else', async () => {
  const text = `Payments are paused, ${randomUUID()}`;
  const wanted = [
    publish(alarm({ OldStateValue: 'INSUFFICIENT_DATA' })),
    publish(alarm({ NewStateValue: 'OK', OldStateValue: 'ALARM' })),
    publish(JSON.stringify({ notice: text }), 'Maintenance at night'),
  ];
  const unwanted = [
    publish(alarm({ NewStateValue: 'OK', OldStateValue: 'INSUFFICIENT_DATA' })),
    publish(alarm({ NewStateValue: 'INSUFFICIENT_DATA' })),
    publish(text),
  ];
  await deliver(handler, 'email');
  expect(wanted.map((id) => sent(id).length)).toEqual([1, 1, 1]);
  expect(unwanted.map((id) => sent(id).length)).toEqual([0, 0, 0]);
  expect(sent(wanted[2]!)[0]).toMatchObject({ subject: '[local] NOTICE: Maintenance at night' });
});

it('goes to the owner whom a notice is for, once although it is published twice', async () => {
  const id = randomUUID();
  const owner = { name: 'Team Post', email: 'post@dure.example' };
  publish(JSON.stringify({ notice: `Move, ${id}.`, id, owner }), 'It goes');
  publish(JSON.stringify({ notice: `Move, ${id}.`, id, owner }), 'It goes');
  await deliver(handler, 'email');
  await showAll('email');
  await deliver(handler, 'email');
  expect(sent(`Move, ${id}`)).toMatchObject([{ to: ['post@dure.example'], subject: '[local] NOTICE: It goes' }]);
});
