import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  PutEventsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { busArn, entry, eventually, putRule, queueArn, startBridge } from './bridge.ts';

const failure = (message: string, more: object = {}): Error => Object.assign(new Error(message), more);

describe('retry policy and dead-letter queue (eb-rule-event-delivery)', () => {
  it('tries again until the target takes the event', async () => {
    const times: number[] = [];
    const { client, delivered, deadLetters, bridge, recorded } = await startBridge({
      async deliver() {
        times.push(performance.now());
        if (times.length < 3) throw failure('busy');
      },
    });
    await putRule(client, 'r');
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    await eventually(() => bridge.idle());
    expect(delivered).toHaveLength(1);
    expect(deadLetters).toEqual([]);
    expect(recorded.map(({ outcome }) => outcome)).toEqual(['retrying', 'retrying', 'delivered']);
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(45);
    expect(third - second).toBeGreaterThanOrEqual(95);
  });

  it('hands over to the dead-letter queue after MaximumRetryAttempts', async () => {
    const { client, delivered, deadLetters, bridge } = await startBridge({
      deliver: () => Promise.reject(failure('the queue is away', { code: 'QueueDoesNotExist' })),
    });
    const target = { RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: queueArn('dead') } };
    const RuleArn = await putRule(client, 'r', { target });
    const { Entries } = await client.send(new PutEventsCommand({ Entries: [entry({ n: 1 })] }));
    await eventually(() => bridge.idle());
    expect(delivered).toEqual([]);
    expect(deadLetters).toHaveLength(1);
    expect(deadLetters[0]?.queueArn).toBe(queueArn('dead'));
    expect(JSON.parse(deadLetters[0]?.body ?? '')).toMatchObject({ id: Entries?.[0]?.EventId, detail: { n: 1 } });
    expect(deadLetters[0]?.attributes).toEqual({
      RULE_ARN: RuleArn,
      TARGET_ARN: queueArn('r'),
      ERROR_CODE: 'QueueDoesNotExist',
      ERROR_MESSAGE: 'the queue is away',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '2',
    });
  });

  it('hands over after MaximumEventAgeInSeconds', async () => {
    let time = Date.now();
    const { client, deadLetters, bridge } = await startBridge({
      now: () => time,
      deliver() {
        time += 61_000;
        return Promise.reject(failure('slow'));
      },
    });
    const target = { RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: queueArn('dead') } };
    await putRule(client, 'r', { target });
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    await eventually(() => bridge.idle());
    expect(deadLetters.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds', RETRY_ATTEMPTS: '0' }),
    ]);
  });

  it('does not try again what can never succeed', async () => {
    let attempts = 0;
    const { client, deadLetters, bridge } = await startBridge({
      deliver() {
        attempts++;
        return Promise.reject(failure('no such function', { code: 'ResourceNotFound', retryable: false }));
      },
    });
    await putRule(client, 'r', { target: { DeadLetterConfig: { Arn: queueArn('dead') } } });
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    await eventually(() => bridge.idle());
    expect(attempts).toBe(1);
    expect(deadLetters[0]?.attributes).toMatchObject({ ERROR_CODE: 'ResourceNotFound', RETRY_ATTEMPTS: '0' });
    expect(deadLetters[0]?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('drops what has no dead-letter queue, and says so', async () => {
    const { client, deadLetters, bridge, recorded } = await startBridge({
      deliver: () => Promise.reject(failure('gone', { retryable: false })),
    });
    await putRule(client, 'r');
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    await eventually(() => bridge.idle());
    expect(deadLetters).toEqual([]);
    expect(recorded).toEqual([expect.objectContaining({ outcome: 'dropped', reason: 'gone', to: queueArn('r') })]);
  });

  it('tries the dead-letter queue again when that fails', async () => {
    let refusals = 0;
    const { client, deadLetters, bridge } = await startBridge({
      deliver: () => Promise.reject(failure('gone', { retryable: false })),
      async deadLetter() {
        if (refusals++ < 2) throw failure('busy');
      },
    });
    await putRule(client, 'r', { target: { DeadLetterConfig: { Arn: queueArn('dead') } } });
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    await eventually(() => bridge.idle());
    expect(deadLetters).toHaveLength(1);
  });

  it('does not hold up other targets while one hangs', async () => {
    let release = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const { client, delivered, bridge } = await startBridge({
      deliver: ({ arn }) => (arn === queueArn('slow') ? hanging : Promise.resolve()),
    });
    for (const name of ['slow', 'fast']) await putRule(client, name);
    for (let n = 0; n < 10; n++) {
      await client.send(new PutEventsCommand({ Entries: Array.from({ length: 10 }, () => entry({ n })) }));
    }
    await eventually(() => delivered.length === 100);
    expect(delivered.every(({ arn }) => arn === queueArn('fast'))).toBe(true);
    expect(bridge.idle()).toBe(false);
    release();
    await eventually(() => bridge.idle());
    expect(delivered).toHaveLength(200);
  });

  it('drops what waits for a target that was removed', async () => {
    let failing = true;
    const { client, delivered, bridge } = await startBridge({
      async deliver() {
        if (failing) throw failure('busy');
      },
    });
    await putRule(client, 'r');
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    await client.send(new RemoveTargetsCommand({ Rule: 'r', Ids: ['target'] }));
    failing = false;
    await eventually(() => bridge.idle());
    expect(delivered).toEqual([]);
  });

  it('keeps nothing of what has been delivered', async () => {
    const { client, database, delivered, bridge } = await startBridge();
    for (const name of ['a', 'b', 'c']) await putRule(client, name);
    await client.send(new PutEventsCommand({ Entries: Array.from({ length: 10 }, () => entry()) }));
    await eventually(() => bridge.idle());
    expect(delivered).toHaveLength(30);
    for (const table of ['eventbridge_events', 'eventbridge_deliveries']) {
      expect(database.prepare(`SELECT COUNT(*) AS count FROM ${table}`).get()).toEqual({ count: 0 });
    }
  });
});

describe('events from bus to bus (eb-bus-to-bus)', () => {
  it('go one bus further, unchanged, and not to a third', async () => {
    const { client, delivered, bridge } = await startBridge();
    for (const Name of ['second', 'third']) await client.send(new CreateEventBusCommand({ Name }));
    await putRule(client, 'to-second', { target: { Arn: busArn('second') } });
    await putRule(client, 'to-third', { bus: 'second', target: { Arn: busArn('third') } });
    await putRule(client, 'on-second', { bus: 'second' });
    await putRule(client, 'on-third', { bus: 'third' });
    const { Entries } = await client.send(new PutEventsCommand({ Entries: [entry({ n: 1 })] }));
    await eventually(() => bridge.idle());
    expect(delivered.map(({ arn }) => arn)).toEqual([queueArn('on-second')]);
    expect(JSON.parse(delivered[0]?.input ?? '')).toMatchObject({ id: Entries?.[0]?.EventId, detail: { n: 1 } });
  });

  it('go to the dead-letter queue when the bus is gone', async () => {
    const { client, deadLetters, bridge } = await startBridge();
    await client.send(new CreateEventBusCommand({ Name: 'second' }));
    const target = { Arn: busArn('second'), DeadLetterConfig: { Arn: queueArn('dead') } };
    await putRule(client, 'to-second', { target });
    await client.send(new DeleteEventBusCommand({ Name: 'second' }));
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    await eventually(() => bridge.idle());
    expect(deadLetters.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ ERROR_CODE: 'ResourceNotFoundException', RETRY_ATTEMPTS: '0' }),
    ]);
  });

  it('do not go round in circles', async () => {
    const { client, delivered, bridge } = await startBridge();
    await putRule(client, 'to-itself', { target: { Arn: busArn('default') } });
    await putRule(client, 'r');
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    await eventually(() => bridge.idle());
    expect(delivered).toHaveLength(2);
  });
});

describe('the state for /_cloud', () => {
  it('shows buses, rules, targets and what is queued', async () => {
    const { client, bridge } = await startBridge({ deliver: () => Promise.reject(failure('away')) });
    const arn = await putRule(client, 'r', { pattern: { source: ['dure.test'] } });
    await client.send(new PutEventsCommand({ Entries: [entry(), entry()] }));
    expect(bridge.describe()).toEqual({
      pending: 2,
      buses: [
        {
          name: 'default',
          arn: busArn('default'),
          rules: [
            {
              name: 'r',
              arn,
              state: 'ENABLED',
              pattern: { source: ['dure.test'] },
              targets: [{ id: 'target', arn: queueArn('r'), queued: 2 }],
            },
          ],
        },
      ],
      archives: [],
      replays: [],
    });
  });
});
