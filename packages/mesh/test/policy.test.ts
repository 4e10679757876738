import { describe, expect, it } from '@jest/globals';
import { type PolicyDocument, readPolicy } from '../src/policy.ts';
import { usualPolicy } from '../src/usual-policy.ts';

const document: PolicyDocument = {
  service: 'orders',
  revision: 42,
  targets: { v1: { url: 'https://v1.example', prior: '30ms' }, v2: { url: 'https://v2.example' } },
  routes: [
    { match: { operation: 'GetOrder', header: { 'x-dure-canary': 'v2' } }, to: { v2: 10_000 } },
    { match: { operation: '*' }, to: { v1: 9_500, v2: 500 }, sticky: 'actor' },
  ],
  timeout: { try: '2s', total: '5s' },
};

it('reads a document with its defaults, times in milliseconds', () => {
  expect(readPolicy(document)).toMatchObject({
    policy: {
      targets: { v1: { prior: 30, level: 0 }, v2: { prior: 40 } },
      timeout: { try: 2_000, total: 5_000 },
      balance: 'peak-ewma',
      breaker: { open: 10_000, window: 30_000 },
      retry: { max: 2, on: ['no-answer', 502, 503, 504] },
    },
  });
});

it('has a policy for a service without one: what a document without wishes says', () => {
  const targets = { stage: {} };
  const plain = { service: 'orders', revision: 0, targets, routes: [{ match: { operation: '*' }, to: ['stage'] }] };
  expect({ policy: usualPolicy('orders') }).toEqual(readPolicy(plain));
});

describe('a document is refused whole, with the field that is wrong', () => {
  const { routes, targets } = document;
  const split = (to: Record<string, number>) => ({ routes: [{ match: { operation: '*' }, to }] });
  it.each<[string, object, string]>([
    ['a time without a unit', { timeout: { try: '2', total: '5s' } }, '/timeout/try'],
    ['a try longer than the whole', { timeout: { try: '6s', total: '5s' } }, '/timeout/try'],
    ['a try of no time', { timeout: { try: '0s', total: '5s' } }, '/timeout/try'],
    ['weights that are not all', split({ v1: 9_000, v2: 500 }), '/routes/0/to'],
    ['a weight of an unknown target', split({ v1: 9_000, v3: 1_000 }), '/routes/0/to/v3'],
    ['a negative weight', split({ v1: 10_500, v2: -500 }), '/routes/0/to/v2'],
    ['an unknown target', { routes: [{ match: { operation: '*' }, to: ['v3'] }] }, '/routes/0/to/0'],
    ['no route for the rest', { routes: routes.slice(0, 1) }, '/routes/0/match'],
    ['no route', { routes: [] }, '/routes'],
    ['no target', { targets: {}, routes: [{ match: { operation: '*' }, to: ['v1'] }] }, '/targets'],
    ['a target without a web address', { targets: { ...targets, v1: { url: 'ftp://v1.example' } } }, '/targets/v1/url'],
    ['a fault of an unknown target', fault({ target: 'v3' }), '/fault/target'],
    ['a fault without an end', fault({ until: undefined }), '/fault/until'],
    ['a fault beyond all tries', fault({ share: 1.5 }), '/fault/share'],
    ['a breaker that is open longer than at most', breaker({ open: '10m' }), '/breaker/open'],
    ['an unknown field', { shadow: true }, '/shadow'],
    ['a fallback for all operations', fallback('*', { body: {} }), '/routes/0/fallback'],
    ['a fallback that is no object', fallback('GetOrder', { body: 'none' }), '/routes/0/fallback/body'],
    ['a fallback with a status', fallback('GetOrder', { status: 200, body: {} }), '/routes/0/fallback/status'],
  ])('%s', (_, change, pointer) => {
    const read = readPolicy({ ...document, ...change });
    expect('faults' in read && read.faults.map(({ detail }) => detail.length > 5)).toEqual(
      expect.arrayContaining([true]),
    );
    expect('faults' in read ? read.faults.map((one) => one.pointer) : []).toContain(pointer);
  });

  it.each([[null], [[]], ['orders'], [{}], [{ service: 'orders' }]])('%j', (rubbish) => {
    expect(readPolicy(rubbish)).toHaveProperty('faults.0.detail');
  });
});

function fault(change: object): object {
  return { fault: { share: 0.1, answer: 503, until: '2026-12-01T00:00:00Z', ...change } };
}

function fallback(operation: string, given: object): object {
  return { routes: [{ match: { operation }, to: ['v1'], fallback: given }, ...document.routes] };
}

function breaker(change: object): object {
  const usual = { consecutive: 5, failureRate: 0.5, minimum: 20, window: '30s', open: '10s', maxOpen: '5m', probes: 3 };
  return { breaker: { ...usual, ...change } };
}
