import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { command, ended, pass, run, startHarness, until, type Harness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group:/flow:*';
const logging = (level: 'ALL' | 'ERROR' | 'FATAL', includeExecutionData = true) => ({
  level,
  includeExecutionData,
  destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: GROUP } }],
});
const fails = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Odd', Cause: 'no' } } };

async function create(definition: object, more: object = {}): Promise<string> {
  const { stateMachineArn = '' } = await harness.client.send(
    new CreateStateMachineCommand({
      ...{ name: 'express', roleArn: 'arn:aws:iam::000000000000:role/r', type: 'EXPRESS' },
      definition: JSON.stringify(definition),
      ...more,
    }),
  );
  return stateMachineArn;
}

describe('an Express workflow', () => {
  it('answers how it ended', async () => {
    const stateMachineArn = await create(pass({ Parameters: { 'id.$': '$$.Execution.Id', 'n.$': '$.n' } }));
    const described = await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described.type).toBe('EXPRESS');
    const answer = await harness.client.send(
      new StartSyncExecutionCommand({ stateMachineArn, name: 'one', input: '{"n":1}' }),
    );
    expect(answer).toMatchObject({
      ...{ stateMachineArn, name: 'one', status: 'SUCCEEDED', input: '{"n":1}' },
      ...{ inputDetails: { included: true }, outputDetails: { included: true } },
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: expect.any(Number) },
    });
    expect(JSON.parse(answer.output ?? '')).toEqual({ id: answer.executionArn, n: 1 });
    expect(answer.executionArn).toMatch(/:express:express:one:[0-9a-f-]{36}$/);
  });

  it('answers that it failed, and that it took too long', async () => {
    const stateMachineArn = await create(fails);
    const failed = await harness.client.send(new StartSyncExecutionCommand({ stateMachineArn }));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Odd', cause: 'no' });
    const waits = { TimeoutSeconds: 1, StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };
    const slow = await create(waits, { name: 'slow' });
    const late = await harness.client.send(new StartSyncExecutionCommand({ stateMachineArn: slow }));
    expect(late).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
  });

  it('has a count of redrives in its context where nobody waits for its end', async () => {
    const stateMachineArn = await create(pass({ Parameters: { 'own.$': '$$.Execution' } }), {
      name: 'context',
      loggingConfiguration: logging('ALL'),
    });
    const { output = '', executionArn } = await harness.client.send(new StartSyncExecutionCommand({ stateMachineArn }));
    const { own } = JSON.parse(output) as { own: object };
    expect(own).toMatchObject({ Id: executionArn });
    expect(own).not.toHaveProperty('RedriveCount');
    await harness.client.send(new StartExecutionCommand({ stateMachineArn }));
    const last = await until(async () => harness.lines.filter(({ type }) => type === 'ExecutionSucceeded')[1]);
    expect(last?.details['output']).toContain('"RedriveCount":0');
  });

  it('starts as often as it is asked, and is kept nowhere', async () => {
    harness.functions['f'] = () => ({ ok: true, payload: 1 });
    const stateMachineArn = await create({
      StartAt: 'T',
      States: { T: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f', End: true } },
    });
    const start = () => harness.client.send(new StartExecutionCommand({ stateMachineArn, name: 'same' }));
    const [{ executionArn }] = [await start(), await start()];
    await until(() => (harness.invocations.length === 2 ? true : undefined));
    await expect(harness.client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toThrow(
      "Invalid Arn: 'Resource type not valid in this context: express'",
    );
    await expect(harness.client.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
    expect(harness.announced).toEqual([]);
  });

  it.each([
    [
      'tokens',
      { StartAt: 'A', States: { A: command('A.v1', { End: true }) } },
      "'.waitForTaskToken' service integration  at",
    ],
    [
      '.sync',
      {
        StartAt: 'A',
        States: {
          A: {
            ...command('A', { End: true }),
            Resource: 'arn:aws:states:::states:startExecution.sync:2',
            Parameters: {},
          },
        },
      },
      "'.sync' service integration at",
    ],
    [
      'activities',
      {
        StartAt: 'A',
        States: { A: { Type: 'Task', Resource: 'arn:aws:states:us-east-1:000000000000:activity:a', End: true } },
      },
      'Activity ARN at /States/A/Resource',
    ],
    [
      'a distributed Map',
      {
        StartAt: 'M',
        States: {
          M: { Type: 'Map', End: true, ItemProcessor: { ...pass({}), ProcessorConfig: { Mode: 'DISTRIBUTED' } } },
        },
      },
      'a distributed Map at /States/M',
    ],
  ])('cannot have %s', async (_, definition, reason) => {
    await expect(create(definition)).rejects.toThrow(`Express state machine does not support ${reason}`);
  });

  it('is another type than the standard one', async () => {
    const { stateMachineArn } = harness.sfn.createStateMachine({ name: 'standard', definition: pass({}) });
    await expect(harness.client.send(new StartSyncExecutionCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
    await expect(create(pass({}), { name: 'standard' })).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });
  });
});

describe('logs', () => {
  it('have the events of executions', async () => {
    const stateMachineArn = await create(pass({ Result: 1 }), { loggingConfiguration: logging('ALL') });
    const { executionArn } = await harness.client.send(new StartSyncExecutionCommand({ stateMachineArn, input: '2' }));
    const line = { group: GROUP, execution_arn: executionArn, redrive_count: '0', event_timestamp: expect.any(String) };
    const output = { output: '1', outputDetails: { truncated: false } };
    const input = { input: '2', inputDetails: { truncated: false } };
    const roleArn = 'arn:aws:iam::000000000000:role/r';
    expect(harness.lines).toEqual([
      { ...line, id: '1', previous_event_id: '0', type: 'ExecutionStarted', details: { ...input, roleArn } },
      { ...line, id: '2', previous_event_id: '0', type: 'PassStateEntered', details: { ...input, name: 'Only' } },
      { ...line, id: '3', previous_event_id: '2', type: 'PassStateExited', details: { ...output, name: 'Only' } },
      { ...line, id: '4', previous_event_id: '3', type: 'ExecutionSucceeded', details: output },
    ]);
  });

  it.each([
    ['ERROR' as const, ['FailStateEntered', 'ExecutionFailed']],
    ['FATAL' as const, ['ExecutionFailed']],
  ])('at the level %s, without data, of a standard workflow', async (level, types) => {
    const stateMachineArn = await create(fails, { type: 'STANDARD', loggingConfiguration: logging(level, false) });
    const { executionArn = '' } = await harness.client.send(
      new StartExecutionCommand({ stateMachineArn, input: '{"secret":1}' }),
    );
    await ended(harness, executionArn);
    expect(harness.lines.map(({ type }) => type)).toEqual(types);
    expect(JSON.stringify(harness.lines)).not.toContain('secret');
    const described = await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described.loggingConfiguration).toEqual(logging(level, false));
    const off = { level: 'OFF', includeExecutionData: false } as const;
    await harness.client.send(new UpdateStateMachineCommand({ stateMachineArn, loggingConfiguration: off }));
    const again = await harness.client.send(new StartExecutionCommand({ stateMachineArn }));
    await ended(harness, again.executionArn ?? '');
    expect(harness.lines).toHaveLength(types.length);
  });

  it('need one log group', async () => {
    const loggingConfiguration = { ...logging('ALL'), destinations: [] };
    await expect(create(pass({}), { loggingConfiguration })).rejects.toMatchObject({
      name: 'InvalidLoggingConfiguration',
      message: 'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    });
  });

  it('are tried once, and need a log group that is there', async () => {
    const missing = { cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:none' } };
    const loggingConfiguration = { ...logging('ALL'), destinations: [missing] };
    await expect(create(pass({}), { loggingConfiguration })).rejects.toMatchObject({
      name: 'InvalidLoggingConfiguration',
      message: 'Invalid Logging Configuration: Log Destination not found.',
    });
    const stateMachineArn = await create(pass({}), { loggingConfiguration: logging('ALL') });
    const changed = logging('ERROR');
    await harness.client.send(new UpdateStateMachineCommand({ stateMachineArn, loggingConfiguration: changed }));
    expect(harness.trials).toEqual([GROUP]);
    const refused = new UpdateStateMachineCommand({ stateMachineArn, loggingConfiguration });
    await expect(harness.client.send(refused)).rejects.toThrow(/Log Destination not found/);
  });

  it('are described as they were given, also where they are off', async () => {
    const { destinations } = logging('ALL');
    for (const given of [destinations, []]) {
      const loggingConfiguration = { level: 'OFF' as const, includeExecutionData: true, destinations: given };
      const stateMachineArn = await create(pass({}), { loggingConfiguration, name: `off-${given.length}` });
      const described = await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
      expect(described.loggingConfiguration).toEqual(loggingConfiguration);
      await harness.client.send(new StartSyncExecutionCommand({ stateMachineArn }));
    }
    expect(harness.lines).toEqual([]);
  });

  it('are written nowhere by default', async () => {
    await ended(harness, await run(harness, pass({})));
    expect(harness.lines).toEqual([]);
  });
});
