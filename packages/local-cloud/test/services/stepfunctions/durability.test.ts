import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SendTaskSuccessCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { command, ended, historyOf, pass, run, startHarness, until, type Harness } from './harness.ts';

let folder: string;
let open: Harness[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sfn-'));
});
afterEach(async () => {
  await Promise.all(open.map((harness) => harness.close()));
  open = [];
  rmSync(folder, { recursive: true });
});

/** Opens the database as the local cloud does. */
async function openHarness(now?: () => number): Promise<Harness> {
  const database = new DatabaseSync(join(folder, 'state.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  const harness = await startHarness(database, now);
  open.push(harness);
  return harness;
}

async function restarted(before: Harness, now?: () => number): Promise<Harness> {
  open = open.filter((harness) => harness !== before);
  await before.close();
  return openHarness(now);
}

/** What a process had done when it was killed in the middle of it. */
async function killedProcess(path: string): Promise<{ done: string; running: string; taskToken: string }> {
  const script = fileURLToPath(new URL('serve-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return JSON.parse(line.toString()) as { done: string; running: string; taskToken: string };
}

it('after a kill ends what was running, keeps the rest, and knows old tokens for dead', async () => {
  const { done, running, taskToken } = await killedProcess(join(folder, 'state.db'));
  const harness = await openHarness();
  expect(await ended(harness, done)).toMatchObject({ status: 'SUCCEEDED', output: '5' });
  expect(await ended(harness, running)).toMatchObject({
    status: 'ABORTED',
    error: 'LocalCloud.Restarted',
    input: '{"kept":true}',
  });
  expect((await historyOf(harness, running)).map(({ type }) => type)).toEqual([
    ...['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'ExecutionAborted'],
  ]);
  await expect(harness.client.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))).rejects.toMatchObject({
    name: 'TaskTimedOut',
  });
});

it('after a stop starts anew, and the machines are still there', async () => {
  const before = await openHarness();
  const { stateMachineArn } = before.sfn.createStateMachine({ name: 'm', definition: pass({}) });
  const waiting = await run(before, { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3600, End: true } } });
  const after = await restarted(before);
  expect(await ended(after, waiting)).toMatchObject({ status: 'ABORTED', error: 'LocalCloud.Restarted' });
  const { executionArn = '' } = await after.client.send(new StartExecutionCommand({ stateMachineArn }));
  expect((await ended(after, executionArn)).status).toBe('SUCCEEDED');
});

it('forgets executions 90 days after their end, as AWS does, and their names are free again', async () => {
  const before = await openHarness();
  const { stateMachineArn } = before.sfn.createStateMachine({ name: 'm', definition: pass({}) });
  const start = new StartExecutionCommand({ stateMachineArn, name: 'once' });
  await ended(before, (await before.client.send(start)).executionArn ?? '');
  const after = await restarted(before, () => Date.now() + 91 * 86_400_000);
  expect((await ended(after, (await after.client.send(start)).executionArn ?? '')).status).toBe('SUCCEEDED');
});

it('carries fifty executions of twelve transitions at once, each to its own end', async () => {
  const harness = await openHarness();
  const accept = harness.putEvents;
  harness.putEvents = async (entries, roleArn) => {
    for (const { Detail } of entries as { Detail: string }[]) {
      const { replyto, data } = JSON.parse(Detail) as { replyto: string; data: { n: number } };
      setImmediate(() => {
        void harness.sfn.handle('SendTaskSuccess', { taskToken: replyto, output: JSON.stringify({ n: data.n + 100 }) });
      });
    }
    return accept(entries, roleArn);
  };
  const names = Array.from({ length: 12 }, (_, index) => `S${index}`);
  const states = Object.fromEntries(
    names.map((name, index) => [name, command(`${name}.v1`, index < 11 ? { Next: `S${index + 1}` } : { End: true })]),
  );
  const { stateMachineArn } = harness.sfn.createStateMachine({
    name: 'm',
    definition: { StartAt: 'S0', States: states },
  });
  const starts = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      harness.client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ n }) })),
    ),
  );
  await until(() => (harness.sfn.idle() ? true : undefined));
  for (const [n, { executionArn = '' }] of starts.entries()) {
    expect(await ended(harness, executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: JSON.stringify({ n: n + 1200 }),
    });
  }
  expect(harness.sfn.describe()).toMatchObject({ running: [], waitingForToken: 0 });
});
