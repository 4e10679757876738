import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  CreateArchiveCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { archiveArn, busArn, entry, eventually, putRule, queueArn, startBridge, temporaryFile } from './bridge.ts';

describe('after a restart', () => {
  it('what was accepted is delivered, by the rules and targets that were there', async () => {
    const file = temporaryFile();
    const first = await startBridge({ file, deliver: () => Promise.reject(new Error('away')) });
    await putRule(first.client, 'r', { target: { InputPath: '$.detail' } });
    await first.client.send(new PutEventsCommand({ Entries: [entry({ n: 1 }), entry({ n: 2 })] }));
    await eventually(() => first.recorded.length >= 2);
    await first.close();

    const second = await startBridge({ file });
    await eventually(() => second.bridge.idle());
    expect(second.delivered.map(({ input }) => input).sort()).toEqual(['{"n":1}', '{"n":2}']);
    await second.client.send(new PutEventsCommand({ Entries: [entry({ n: 3 })] }));
    await eventually(() => second.bridge.idle());
    expect(second.delivered).toHaveLength(3);
    expect((await second.client.send(new ListRulesCommand({}))).Rules).toHaveLength(1);
    expect((await second.client.send(new ListTargetsByRuleCommand({ Rule: 'r' }))).Targets).toHaveLength(1);
  });

  it('the attempts made before count', async () => {
    const file = temporaryFile();
    const away = { deliver: () => Promise.reject(new Error('away')) };
    const first = await startBridge({ file, ...away });
    const target = { RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: queueArn('dead') } };
    await putRule(first.client, 'r', { target });
    await first.client.send(new PutEventsCommand({ Entries: [entry()] }));
    await eventually(() => first.recorded.length === 2);
    await first.close();

    const second = await startBridge({ file, ...away });
    await eventually(() => second.bridge.idle());
    const outcomes = [...first.recorded, ...second.recorded].map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['retrying', 'retrying', 'dead-lettered']);
    const [letter] = [...first.deadLetters, ...second.deadLetters];
    expect(letter?.attributes).toMatchObject({ RETRY_ATTEMPTS: '2' });
  });

  it('by SIGKILL nothing that PutEvents had answered is missing', async () => {
    const file = temporaryFile();
    const script = join(import.meta.dirname, 'killed-process.ts');
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(process.execPath, [script, file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');

    const { delivered, bridge, client } = await startBridge({ file });
    await eventually(() => bridge.idle());
    const numbersFor = (name: string) =>
      delivered
        .filter(({ arn }) => arn === queueArn(name))
        .map(({ input }) => Number(JSON.parse(input).detail.n))
        .sort((a, b) => a - b);
    const all = Array.from({ length: 20 }, (__, n) => n);
    expect(numbersFor('a')).toEqual(all);
    expect(numbersFor('b')).toEqual(all);
    const { EventCount } = await client.send(new DescribeArchiveCommand({ ArchiveName: 'all' }));
    expect(EventCount).toBe(20);
  });

  it('a replay goes on where it was, and no event is left out', async () => {
    const file = temporaryFile();
    const total = 1_300;
    let away = false;
    const first = await startBridge({
      file,
      deliver: () => (away ? Promise.reject(new Error('away')) : Promise.resolve()),
    });
    await first.client.send(new CreateArchiveCommand({ ArchiveName: 'all', EventSourceArn: busArn('default') }));
    for (let n = 0; n < total; n += 10) {
      const Entries = Array.from({ length: 10 }, (_, m) => entry({ n: n + m }));
      await first.bridge.handle('PutEvents', { Entries });
    }
    await putRule(first.client, 'r');
    away = true;
    await first.client.send(
      new StartReplayCommand({
        ReplayName: 'again',
        EventSourceArn: archiveArn('all'),
        EventStartTime: new Date(Date.now() - 60_000),
        EventEndTime: new Date(Date.now() + 60_000),
        Destination: { Arn: busArn('default') },
      }),
    );
    // The target takes nothing, so the replay stops short of its end.
    await eventually(() => first.recorded.length > 500);
    await first.close();

    const second = await startBridge({ file });
    await eventually(() => second.bridge.idle());
    expect(await second.client.send(new DescribeReplayCommand({ ReplayName: 'again' }))).toMatchObject({
      State: 'COMPLETED',
    });
    const numbers = second.delivered.map(({ input }) => Number(JSON.parse(input).detail.n)).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: total }, (_, n) => n));
  });
});
