import { expect, it } from '@jest/globals';
import type { Value } from '@dure/cloudwatch';
import {
  measureDelivery,
  measureExecution,
  measureInvocations,
  measureStreams,
} from '../../../src/services/cloudwatch/measures.ts';
import type { InvokeLambda, InvokeResult } from '../../../src/shared/types.ts';

const measured: Value[] = [];
const record = (value: Value) => void measured.push(value);
const taken = () =>
  measured
    .splice(0)
    .map(({ namespace, name, dimensions, value }) => [namespace, name, Object.values(dimensions).join(), value]);

const lambda = (result: InvokeResult) => ({
  invoke: (async () => result) as InvokeLambda,
  find: () => ({ name: 'orders-local-relay' }),
});
const failure: InvokeResult = { ok: false, errorType: 'Error', errorMessage: 'no' };

it.each([
  [{ ok: true, payload: 1 } as InvokeResult, 0],
  [failure, 1],
])('an invocation that ends with %j counts %d errors', async (result, errors) => {
  expect(await measureInvocations(lambda(result), record).invoke('arn:aws:lambda:…', {})).toEqual(result);
  expect(taken()).toEqual([
    ['AWS/Lambda', 'Invocations', 'orders-local-relay', 1],
    ['AWS/Lambda', 'Errors', 'orders-local-relay', errors],
    ['AWS/Lambda', 'Duration', 'orders-local-relay', expect.any(Number)],
  ]);
});

it('a batch of a stream is as old as its last record', async () => {
  const created = (secondsAgo: number) => ({
    eventSource: 'aws:dynamodb',
    dynamodb: { ApproximateCreationDateTime: Date.now() / 1000 - secondsAgo },
  });
  const watched = measureStreams(lambda(failure), record);
  await watched.invoke('relay', { Records: [created(7200), created(3600)] });
  const [[, name, , age] = []] = taken();
  expect(name).toBe('IteratorAge');
  // Far from the first record's two hours, and from what a slow machine or a clock that is set adds or takes.
  expect(age).toBeGreaterThan(3_000_000);
  expect(age).toBeLessThan(5_400_000);
  await watched.invoke('relay', { Records: [{ eventSource: 'aws:sqs' }] });
  await watched.invoke('relay', undefined);
  expect(taken()).toEqual([]);
});

it.each([
  ['delivered', ['Invocations']],
  ['dead-lettered', ['Invocations', 'FailedInvocations', 'InvocationsSentToDlq']],
  ['dropped', ['Invocations', 'FailedInvocations']],
  ['retrying', []],
] as const)('what a rule %s counts as %j', (outcome, names) => {
  const delivery = { at: '', to: 'queue', id: '1', detail: '', outcome };
  measureDelivery({ ...delivery, from: 'arn:aws:events:us-east-1:000000000000:rule/dure-local/orders' }, record);
  const told = taken();
  expect(told.map(([, name]) => name)).toEqual([...names, ...names]);
  expect(new Set(told.map(([, , dimensions]) => dimensions)).size).toBe(names.length === 0 ? 0 : 2);
  measureDelivery({ ...delivery, from: 'arn:aws:sqs:us-east-1:000000000000:queue' }, record);
  expect(taken()).toEqual([]);
});

it.each([
  ['SUCCEEDED', 'ExecutionsSucceeded'],
  ['FAILED', 'ExecutionsFailed'],
  ['TIMED_OUT', 'ExecutionsTimedOut'],
  ['ABORTED', 'ExecutionsAborted'],
])('an execution that %s counts among %s', (status, name) => {
  measureExecution({ machineArn: 'checkout', status, startedAt: 1_000, stoppedAt: 3_500 }, record);
  expect(taken()).toEqual([
    ['AWS/States', name, 'checkout', 1],
    ['AWS/States', 'ExecutionTime', 'checkout', 2_500],
  ]);
});
