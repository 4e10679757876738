import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { defaultResilience, resilient, Transient } from '../../src/providers/resilience.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const { timeoutMs, openMs, tries } = defaultResilience;

/** A provider that does not answer within the time-out, or answers at once. */
function provider() {
  const state = { asked: 0, answers: false, answersEvery: Infinity };
  const ask = async (): Promise<string> => {
    state.asked += 1;
    if (state.answers || state.asked % state.answersEvery === 0) return 'here';
    await new Promise((resolve) => setTimeout(resolve, timeoutMs));
    throw new Transient('no answer in time');
  };
  return { state, ask };
}

/** Sequential requests, as one execution environment makes them; time passes as needed. */
async function inSequence(requests: number, ask: () => Promise<unknown>): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (let request = 0; request < requests; request += 1) {
    const answer = ask();
    await jest.advanceTimersByTimeAsync(tries * (timeoutMs + 2_000));
    answers.push(await answer);
  }
  return answers;
}

it('stops asking a provider that times out, payment after payment', async () => {
  const { state, ask } = provider();
  const guarded = resilient(defaultResilience);
  const payments = ['a', 'b', 'c', 'd'];
  await inSequence(4, () => guarded(payments.shift() ?? '', ask));
  const last = guarded('e', ask);
  await jest.advanceTimersByTimeAsync(timeoutMs + 2_000);
  expect(await last).toBeUndefined();
  // Three attempts for each of the first four, and one for the last.
  expect(state.asked).toBe(13);
  expect(await guarded('f', ask)).toBeUndefined();
  expect(state.asked).toBe(13);
});

it('keeps asking for others when the provider fails for a single payment only', async () => {
  const { state, ask } = provider();
  const guarded = resilient(defaultResilience);
  await inSequence(6, () => guarded('a', ask));
  expect(state.asked).toBe(6 * tries);
  expect(await guarded('b', async () => 'here')).toBe('here');
});

it('asks again after a while, and continues when it is answered', async () => {
  const { state, ask } = provider();
  const guarded = resilient(defaultResilience);
  const payments = ['a', 'b', 'c', 'd', 'e'];
  await inSequence(5, () => guarded(payments.shift() ?? '', ask));
  await jest.advanceTimersByTimeAsync(openMs);
  state.answers = true;
  expect(await inSequence(2, () => guarded('e', ask))).toEqual(['here', 'here']);
});

it('keeps asking a provider that answers every other attempt', async () => {
  const { state, ask } = provider();
  state.answersEvery = 2;
  const guarded = resilient(defaultResilience);
  let payment = 0;
  const answers = await inSequence(10, () => guarded(String(payment++), ask));
  expect(answers).toEqual(Array.from({ length: 10 }, () => 'here'));
});

it('forgets failures older than its window, even if nothing was asked meanwhile', async () => {
  const { state, ask } = provider();
  const guarded = resilient(defaultResilience);
  for (const payment of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await inSequence(1, () => guarded(payment, ask));
    await jest.advanceTimersByTimeAsync(3_600_000);
  }
  expect(state.asked).toBe(6 * tries);
});
