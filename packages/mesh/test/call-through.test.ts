import { describe, expect, it } from '@jest/globals';
import {
  adoptPolicy,
  callThrough,
  FaultInjected,
  type MeshCall,
  NotSent,
  openService,
  type Try,
} from '../src/call-through.ts';
import { type PolicyDocument, readPolicy } from '../src/policy.ts';
import { virtualTime } from './support/virtual-time.ts';

const ORDERS: PolicyDocument = {
  service: 'orders',
  revision: 1,
  targets: { v1: { url: 'https://v1.example' }, v2: { url: 'https://v2.example' } },
  routes: [{ match: { operation: '*' }, to: ['v1', 'v2'] }],
  // The tests that mean retries have enough of them.
  retry: { max: 2, ratio: 1, fleetMinPerSecond: 0, on: ['no-answer', 502, 503, 504] },
};
const ALONE: PolicyDocument = {
  ...ORDERS,
  ...{ targets: { v1: { url: 'https://v1.example' } }, routes: [{ match: { operation: '*' }, to: ['v1'] }] },
};

interface Behaviour {
  readonly status?: number;
  readonly takes?: number;
  readonly retryAfter?: number;
}

/** An environment whose targets behave as the test says; `none` does not answer. */
function environment(document: PolicyDocument, behave: (attempt: Try) => Behaviour | 'none') {
  const read = readPolicy(document);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  const time = virtualTime();
  const state = openService(read.policy, time);
  const sent: (Try & { readonly at: number })[] = [];
  const send = async (attempt: Try) => {
    sent.push({ ...attempt, at: time.now() });
    const behaviour = behave(attempt);
    if (behaviour === 'none') {
      await time.wait(attempt.within);
      throw new Error('no answer in time');
    }
    await time.wait(behaviour.takes ?? 10);
    return { status: behaviour.status ?? 200, retryAfter: behaviour.retryAfter };
  };
  const usual: MeshCall = {
    ...{ operation: 'GetOrder', headers: {}, isRepeatable: true, within: 10_000, attempt: 1 },
  };
  const begin = (change: Partial<MeshCall> = {}) =>
    callThrough(state, time, { ...usual, ...change }, send, (status) => ({ status, retryAfter: undefined })).then(
      ({ status }) => status,
      (error: Error) => error,
    );
  /** Makes a call and lets the time pass that it takes. */
  async function call(change: Partial<MeshCall> = {}) {
    const answer = begin(change);
    let isDone = false;
    void answer.then(() => (isDone = true));
    await time.goTo(time.now());
    for (let steps = 0; !isDone && steps < 2_000; steps += 1) await time.goTo(time.now() + 10);
    return answer;
  }
  return { time, state, sent, begin, call };
}

describe('a retry', () => {
  it('goes to another target, where there is one', async () => {
    const { call, sent } = environment(ORDERS, ({ number }) => ({ status: number === 1 ? 503 : 200 }));
    for (let index = 0; index < 2; index += 1) await call();
    expect(await call()).toBe(200);
    const last = sent.slice(-2).map(({ target }) => target);
    expect(new Set(last).size).toBe(2);
  });

  it.each<[string, Partial<MeshCall>, Behaviour | 'none']>([
    ['a POST without a key', { isRepeatable: false }, 'none'],
    ['the request of somebody who was called again', { attempt: 2 }, { status: 503 }],
    ['a refusal', {}, { status: 404 }],
    ['a failure that the policy does not name', {}, { status: 500 }],
    ['what its caller does not wait for', { within: 45 }, { status: 503 }],
    ['what may come only after its caller is gone', {}, { status: 503, retryAfter: 60_000 }],
  ])('is not made of %s', async (_, change, behaviour) => {
    const { call, sent, state } = environment(ALONE, () => behaviour);
    state.budget.tokens = 5;
    await call(change);
    expect(sent.length).toBe(1);
  });

  it('waits as long as the service asks', async () => {
    const { call, sent, state } = environment(ALONE, ({ number }) =>
      number === 1 ? { status: 503, retryAfter: 1_000 } : {},
    );
    state.budget.tokens = 5;
    expect(await call()).toBe(200);
    expect(sent[1]!.at - sent[0]!.at).toBe(1_010);
  });

  it('has its time cut to what is left, and never more than the whole', async () => {
    const { call, sent, state } = environment(ALONE, () => 'none');
    state.budget.tokens = 5;
    await call({ within: 3_000 });
    expect(sent.map(({ within }) => within <= 2_000)).toEqual([true, true]);
    expect(sent[1]!.left).toBeLessThan(1_000);
    expect(sent.at(-1)!.at + sent.at(-1)!.within - sent[0]!.at).toBeLessThanOrEqual(3_000);
  });

  it('is not even a first try when nobody waits any more', async () => {
    const { call, sent, state } = environment(ALONE, () => ({}));
    expect(await call({ within: 0 })).toBeInstanceOf(NotSent);
    expect([sent.length, state.pending]).toEqual([0, 0]);
  });

  it('is made while the budget lasts: a fifth of the calls', async () => {
    const retry = { ...ORDERS.retry!, ratio: 0.2 };
    const breaker = { ...NEVER_OPENS };
    const { call, sent } = environment({ ...ALONE, retry, breaker }, () => ({ status: 503 }));
    for (let index = 0; index < 100; index += 1) await call();
    expect(sent.length).toBeGreaterThan(115);
    expect(sent.length).toBeLessThanOrEqual(121);
  });
});

const NEVER_OPENS = {
  ...{ consecutive: 1_000, failureRate: 1, minimum: 100_000, window: '30s', open: '10s', maxOpen: '5m', probes: 3 },
};

describe('the breaker', () => {
  const failing = () => environment(ALONE, () => ({ status: 500 }));

  it('opens after failures in a row, tells it once, and sends nothing then', async () => {
    const { call, sent, time } = failing();
    for (let index = 0; index < 8; index += 1) await call();
    expect(sent.length).toBe(5);
    expect(time.events).toEqual([{ type: 'breaker-opened', service: 'orders', forMs: 10_000 }]);
    expect(await call()).toBeInstanceOf(NotSent);
  });

  it('opens on time-outs in a row, as slow as they come', async () => {
    const { call, sent } = environment(ALONE, () => 'none');
    for (let index = 0; index < 8; index += 1) await call({ isRepeatable: false });
    expect(sent.length).toBe(5);
  });

  it('is not opened by callers who do not wait', async () => {
    const { call, sent, time } = environment(ALONE, () => 'none');
    for (let index = 0; index < 30; index += 1) await call({ within: 20 });
    expect(sent.length).toBe(30);
    expect(time.events).toEqual([]);
  });

  it('lets the call that opens it have its answer, and takes no retry for it', async () => {
    const { call, state } = environment(ALONE, () => ({ status: 503 }));
    state.budget.tokens = 0;
    for (let index = 0; index < 4; index += 1) await call({ isRepeatable: false });
    state.budget.tokens = 5;
    expect(await call()).toBe(503);
    expect(state.budget.tokens).toBeGreaterThanOrEqual(5);
  });

  it('opens by the share of failures', async () => {
    let index = 0;
    const { call, sent } = environment(ALONE, () => ({ status: (index += 1) % 2 === 0 ? 500 : 200 }));
    for (let count = 0; count < 30; count += 1) await call();
    expect(sent.length).toBe(20);
  });

  it('lets one of ten calls at once probe, and closes after three that succeed', async () => {
    let isWell = false;
    const { call, begin, sent, time } = environment(ALONE, () => ({ status: isWell ? 200 : 500 }));
    for (let index = 0; index < 5; index += 1) await call();
    isWell = true;
    for (const probes of [6, 7, 8]) {
      await time.goTo(time.now() + 10_000);
      const ten = Array.from({ length: 10 }, () => begin());
      await time.goTo(time.now() + 1_000);
      const answers = await Promise.all(ten);
      expect(answers.filter((answer) => answer === 200).length).toBe(1);
      expect(sent.length).toBe(probes);
    }
    expect(await Promise.all([call(), call()])).toEqual([200, 200]);
  });

  it('stays open for twice as long after a probe that failed', async () => {
    const { call, sent, time } = failing();
    for (let index = 0; index < 5; index += 1) await call();
    await time.goTo(time.now() + 10_000);
    await call();
    expect(sent.length).toBe(6);
    await time.goTo(time.now() + 15_000);
    expect(await call()).toBeInstanceOf(NotSent);
    await time.goTo(time.now() + 5_001);
    await call();
    expect(sent.length).toBe(7);
  });

  it('is not held up by a probe that a frozen environment left behind', async () => {
    const { call, begin, sent, time } = environment(ALONE, () => (sent.length <= 5 ? { status: 500 } : { takes: 1e9 }));
    for (let index = 0; index < 5; index += 1) await call();
    await time.goTo(time.now() + 10_000);
    void begin();
    await time.goTo(time.now() + 600_000);
    void begin();
    await time.goTo(time.now());
    expect(sent.length).toBe(7);
  });

  it.each([404, 429])('is not moved by answers of %i', async (status) => {
    const { call, sent, time } = environment(ORDERS, () => ({ status: sent.length === 50 ? 500 : status }));
    for (let index = 0; index < 60; index += 1) await call();
    expect(sent.length).toBe(60);
    expect(time.events).toEqual([]);
  });
});

describe('targets', () => {
  it('that fail fast draw nothing to them, and are ejected', async () => {
    const { call, sent, time } = environment(ORDERS, ({ target }) =>
      target === 'v2' ? { status: 500, takes: 1 } : { takes: 50 },
    );
    for (let index = 0; index < 200; index += 1) await call();
    const toBad = sent.filter(({ target }) => target === 'v2').length;
    expect(toBad).toBeLessThanOrEqual(6);
    expect(time.events.filter(({ type }) => type === 'breaker-opened')).toEqual([]);
  });

  it('are all used when all fail, until the breaker opens', async () => {
    const { call, sent } = environment(ORDERS, () => ({ status: 500 }));
    for (let index = 0; index < 8; index += 1) await call();
    expect(new Set(sent.map(({ target }) => target))).toEqual(new Set(['v1', 'v2']));
    expect(sent.length).toBe(5);
  });

  it('of an actor stay the same while weights are split', async () => {
    const routes = [{ match: { operation: '*' }, to: { v1: 5_000, v2: 5_000 }, sticky: 'actor' as const }];
    const { call, sent } = environment({ ...ORDERS, routes }, () => ({}));
    for (let index = 0; index < 20; index += 1) await call({ actor: 'customer-1' });
    expect(new Set(sent.map(({ target }) => target)).size).toBe(1);
  });

  it('are chosen by header and cookie', async () => {
    const routes: PolicyDocument['routes'] = [
      { match: { operation: '*', header: { 'x-dure-canary': 'v2' } }, to: { v2: 10_000 } },
      { match: { operation: 'GetOrder', cookie: { beta: 'yes' } }, to: { v2: 10_000 } },
      { match: { operation: '*' }, to: { v1: 10_000 } },
    ];
    const { call, sent } = environment({ ...ORDERS, routes }, () => ({}));
    await call({ headers: { 'x-dure-canary': 'v2' } });
    await call({ headers: { cookie: 'a=b; beta=yes' } });
    await call({ headers: { cookie: 'beta=yesterday' } });
    await call({ operation: 'ListOrders', headers: { cookie: 'beta=yes' } });
    expect(sent.map(({ target }) => target)).toEqual(['v2', 'v2', 'v1', 'v1']);
  });

  it('take turns', async () => {
    const { call, sent } = environment({ ...ORDERS, balance: 'round-robin' }, () => ({}));
    for (let index = 0; index < 4; index += 1) await call();
    const [first, second] = sent.map(({ target }) => target);
    expect(sent.map(({ target }) => target)).toEqual([first, second, first, second]);
    expect(first).not.toBe(second);
  });

  it('with fewer requests under way are preferred', async () => {
    const { begin, sent, time } = environment({ ...ORDERS, balance: 'least-requests' }, () => ({ takes: 100 }));
    for (let index = 0; index < 10; index += 1) void begin();
    await time.goTo(time.now() + 50);
    expect(sent.filter(({ target }) => target === 'v1').length).toBe(5);
  });

  it('that answer faster get more', async () => {
    const { call, sent } = environment(ORDERS, ({ target }) => ({ takes: target === 'v1' ? 20 : 200 }));
    for (let index = 0; index < 200; index += 1) await call();
    expect(sent.filter(({ target }) => target === 'v1').length).toBeGreaterThan(180);
  });

  it('of the next level are used when those of the first are away', async () => {
    const { v1, v2 } = ORDERS.targets as Record<'v1' | 'v2', { url: string }>;
    const targets = { v1, v2: { ...v2, level: 1 } };
    const { call, sent } = environment({ ...ORDERS, targets }, ({ target }) => ({
      status: target === 'v1' ? 503 : 200,
    }));
    const answers: unknown[] = [];
    for (let index = 0; index < 50; index += 1) answers.push(await call());
    expect(sent.slice(0, 1).map(({ target }) => target)).toEqual(['v1']);
    expect(answers.slice(10).every((answer) => answer === 200)).toBe(true);
    expect(sent.slice(15).every(({ target }) => target === 'v2')).toBe(true);
  });
});

describe('an environment', () => {
  it('has no more requests under way than the policy says', async () => {
    const { begin, sent, time } = environment({ ...ALONE, bulkhead: 3 }, () => ({ takes: 100 }));
    const five = Array.from({ length: 5 }, () => begin());
    await time.goTo(time.now() + 1_000);
    const answers = await Promise.all(five);
    expect(answers.filter((answer) => answer instanceof NotSent).length).toBe(2);
    expect(sent.length).toBe(3);
    void begin();
    await time.goTo(time.now());
    expect(sent.length).toBe(4);
  });

  it('forgets what it knew of failures while it was frozen', async () => {
    let isWell = false;
    const { call, time } = environment(ALONE, () => ({ status: isWell ? 200 : 500 }));
    for (let index = 0; index < 5; index += 1) await call();
    isWell = true;
    await time.goTo(time.now() + 600_000);
    expect(await call()).toBe(200);
  });
});

describe('an injected fault', () => {
  const fault = { share: 1, until: '2026-12-01T00:00:00Z' };

  it.each<[string, object, unknown, number]>([
    ['answers in place of the service', { answer: 503 }, 503, 0],
    ['does not answer', { answer: 'none', delay: '100ms' }, expect.any(FaultInjected), 0],
    ['sends later', { delay: '300ms' }, 200, 1],
    ['is of the target alone that it names', { target: 'v2', answer: 503 }, 200, 1],
  ])('%s', async (_, change, answer, requests) => {
    const retry = { ...ORDERS.retry!, max: 0 };
    const document = { ...ALONE, targets: ORDERS.targets, retry, fault: { ...fault, ...change } };
    const { call, sent } = environment(document, () => ({}));
    expect(await call()).toEqual(answer);
    expect(sent.length).toBe(requests);
  });

  it('ends by itself', async () => {
    const { call, time } = environment({ ...ALONE, fault: { ...fault, answer: 503 } }, () => ({}));
    await time.goTo(Date.parse(fault.until));
    expect(await call()).toBe(200);
  });
});

describe('another policy', () => {
  const policyOf = (document: PolicyDocument) => {
    const read = readPolicy(document);
    if ('faults' in read) throw new Error(JSON.stringify(read.faults));
    return read.policy;
  };

  it('leaves what is known of targets that stay, of the breaker and of the budget', async () => {
    const { call, state, time } = environment(ORDERS, ({ target }) => ({ takes: target === 'v1' ? 500 : 20 }));
    for (let index = 0; index < 6; index += 1) await call();
    const before = { targets: [...state.targets.values()], breaker: state.breaker, tokens: state.budget.tokens };
    const targets = { v1: { url: 'https://v1.example' }, v2: { url: 'https://elsewhere.example' }, v3: {} };
    const routes = [{ match: { operation: '*' }, to: { v1: 9_000, v2: 500, v3: 500 } }];
    adoptPolicy(state, policyOf({ ...ORDERS, revision: 2, targets, routes }), time.now());
    const [v1, v2] = before.targets;
    expect([...state.targets.keys()]).toEqual(['v1', 'v2', 'v3']);
    expect(state.targets.get('v1')).toBe(v1);
    // At another address it is another target.
    expect(state.targets.get('v2')).not.toBe(v2);
    expect(state.targets.get('v2')?.latency.cost).toBe(40);
    expect([state.breaker, state.budget.tokens]).toEqual([before.breaker, before.tokens]);
    expect(await call()).toBe(200);
  });

  it('keeps an open breaker open, and goes by its settings from then on', async () => {
    const { call, state, sent, time } = environment(ALONE, () => ({ status: 500 }));
    for (let index = 0; index < 5; index += 1) await call();
    const count = sent.length;
    adoptPolicy(state, policyOf({ ...ALONE, revision: 2, bulkhead: 3 }), time.now());
    expect(await call()).toBeInstanceOf(NotSent);
    expect(sent.length).toBe(count);
  });

  it('counts by a longer window from then on', async () => {
    const breaker = { consecutive: 1_000, failureRate: 0.5, minimum: 4, open: '10s', maxOpen: '5m', probes: 3 };
    const { call, state, time } = environment({ ...ALONE, breaker: { ...breaker, window: '10s' } }, () => ({
      status: 500,
    }));
    for (let index = 0; index < 2; index += 1) await call();
    adoptPolicy(state, policyOf({ ...ALONE, revision: 2, breaker: { ...breaker, window: '60s' } }), time.now());
    for (let index = 0; index < 3; index += 1) await call();
    expect(state.breaker.openUntil).toBe(0);
    await call();
    expect(state.breaker.openUntil).toBeGreaterThan(time.now());
  });
});
