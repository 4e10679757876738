import { describe, expect, it } from '@jest/globals';
import { canDeploy, type Deprecation, type Live, type Question, type Release, type Verdict } from '../src/index.ts';
import { candidate, endpointOf, live, objectOf, oneOf, provides, release, requires, schemaOf, text } from './stage.ts';

const NOW = new Date('2026-11-30T00:00:00Z');

function ask(stage: readonly Live[], releases: readonly Release[], more: Partial<Question> = {}): Verdict {
  return canDeploy({ live: stage, releases, schemaOf, deprecations: {}, now: NOW, ...more });
}

/** `no breaks-reads name` */
const said = ({ answer, blockers, warnings }: Verdict): string =>
  [answer, ...[...blockers, ...warnings].map(({ code, at }) => [code, at].filter(Boolean).join(' '))].join(', ');

const order = objectOf({ orderId: text, name: text, nameHistory: text, 'note?': text, status: oneOf('open', 'done') });
const { nameHistory: _history, ...fewer } = order['properties'] as Record<string, typeof text>;
const withoutHistory = { ...order, properties: fewer, required: ['orderId', 'name', 'status'] };
const placed = 'orders/OrderPlaced@1';
const get = 'orders/GetOrder@1';
const orders = (fix: number, schema = order) => release(`orders ${fix}`, provides(placed, 'event', schema));
const reader = (fields: readonly string[], name = 'mail 1') => release(name, requires(placed, 'event', order, fields));
const api = (fix: number, response: object, request?: object) =>
  release(`orders ${fix}`, provides(get, 'endpoint', endpointOf({ ...response }, request && { ...request })));
const caller = (name: string, response: object, fields: readonly string[], request?: object) =>
  release(name, requires(get, 'endpoint', endpointOf({ ...response }, request && { ...request }), fields));
const wider = objectOf({ orderId: text, status: oneOf('open', 'done', 'lost') });
const plain = objectOf({ orderId: text, status: oneOf('open', 'done') });
const past: Deprecation = {
  since: '2026-01-01T00:00:00Z',
  sunset: '2026-11-01T00:00:00Z',
  successor: 'orders/GetOrder@2',
};
const other = release('orders 2', provides('orders/GetOrder@2', 'endpoint', endpointOf(plain)));

describe('the fifteen cases', () => {
  it.each<[number, string, () => Verdict, string]>([
    [
      1,
      'a canary: one of two live provider versions does not fit',
      () => ask([...live(orders(1)), candidate(orders(2, withoutHistory))], [reader(['nameHistory'])]),
      'no, breaks-reads nameHistory',
    ],
    [2, 'the consumer is not in the stage', () => ask(live(orders(1)), [orders(2, withoutHistory)]), 'yes'],
    [
      3,
      'a field goes that nobody declares',
      () => ask(live(orders(1), reader(['name', 'status'])), [orders(2, withoutHistory)]),
      'yes',
    ],
    [
      4,
      'nameHistory goes, one uses name and another nameHistory',
      () => ask(live(orders(1), reader(['name']), reader(['nameHistory'], 'audit 1')), [orders(2, withoutHistory)]),
      'no, breaks-reads nameHistory',
    ],
    [
      5,
      'a value more in a response, for who reads the field',
      () => ask(live(api(1, plain), caller('web 1', plain, ['status'])), [api(2, wider)]),
      'no, breaks-calls 200 status',
    ],
    [
      5,
      'a value more in a response, for who does not',
      () => ask(live(api(1, plain), caller('web 1', plain, ['orderId'])), [api(2, wider)]),
      'yes',
    ],
    [
      6,
      'a value more in a request',
      () => ask(live(api(1, plain, plain), caller('web 1', plain, [], plain)), [api(2, plain, wider)]),
      'yes',
    ],
    [
      6,
      'a value less in a request',
      () => ask(live(api(1, plain, wider), caller('web 1', plain, [], wider)), [api(2, plain, plain)]),
      'no, breaks-calls request status',
    ],
    [
      7,
      'back to a provider without a field that is read',
      () => ask(live(orders(2), reader(['nameHistory'])), [orders(1, withoutHistory)]),
      'no, breaks-reads nameHistory',
    ],
    [8, 'the consumer of an event before its provider', () => ask([], [reader(['name'])]), 'yes, no-provider-yet'],
    [
      8,
      'the caller of an endpoint before its provider',
      () => ask([], [caller('web 1', plain, [])]),
      'no, no-provider',
    ],
    [
      9,
      'a new optional field, and the old provider',
      () =>
        ask(live(orders(1, withoutHistory)), [
          release('mail 2', requires(placed, 'event', objectOf({ orderId: text, 'more?': text }), ['orderId', 'more'])),
        ]),
      'yes, field-missing more',
    ],
    [
      10,
      'gone after the sunset, with a live user',
      () => ask(live(api(1, plain), caller('web 1', plain, [])), [other], { deprecations: { [get]: past } }),
      'no, contract-removed',
    ],
    [
      10,
      'gone after the sunset, without one',
      () => ask(live(api(1, plain)), [other], { deprecations: { [get]: past } }),
      'yes',
    ],
    [11, 'one runs that registered nothing', () => ask(live(release('old 1')), [orders(1)]), 'unknown, release-empty'],
    [11, 'the release registered nothing', () => ask([], [release('orders 1')]), 'unknown, release-empty'],
    [
      13,
      'two releases race: each is fine alone, the second is asked again with the first',
      () => ask(live(orders(1, withoutHistory), reader(['nameHistory'])), [orders(2, withoutHistory)]),
      'no, breaks-reads nameHistory',
    ],
    [
      15,
      'a dropped requirement, while its version runs beside the new one',
      () =>
        ask(
          [...live(orders(1), reader(['nameHistory'])), candidate(reader(['name'], 'mail 2'))],
          [orders(2, withoutHistory)],
        ),
      'no, breaks-reads nameHistory',
    ],
    [
      15,
      'a dropped requirement, once its version has gone',
      () => ask(live(orders(1), reader(['name'], 'mail 2')), [orders(2, withoutHistory)]),
      'yes',
    ],
  ])('%i: %s', (_number, _case, verdict, expected) => {
    expect(said(verdict())).toBe(expected);
  });

  it('12: what cannot be read is no yes', () => {
    const compare = () => {
      throw new Error('timed out');
    };
    expect(() => ask(live(orders(1), reader(['name'])), [orders(2, withoutHistory)], { compare })).toThrow('timed out');
  });

  it('13: both are fine alone', () => {
    expect(said(ask(live(orders(1)), [orders(2, withoutHistory)]))).toBe('yes');
    expect(said(ask(live(orders(1)), [reader(['nameHistory'])]))).toBe('yes');
  });

  it('14: the order is found, whatever order was given', () => {
    const before = caller('web 1', plain, ['orderId']);
    const needs = objectOf({ orderId: text, status: oneOf('open', 'done'), total: text });
    const after = caller('web 2', needs, ['orderId', 'total']);
    const releases = [after, api(2, needs)];
    expect(ask(live(api(1, plain), before), releases)).toMatchObject({ answer: 'yes', order: ['orders', 'web'] });
    expect(ask(live(api(1, plain), before), releases.toReversed())).toMatchObject({ order: ['orders', 'web'] });
    expect(said(ask(live(api(1, plain), before), [after]))).toBe('no, breaks-calls 200 total');
  });

  it('14: a true cycle is named', () => {
    const needs = objectOf({ orderId: text, total: text });
    const renamed = objectOf({ id: text, total: text });
    const before = caller('web 1', objectOf({ orderId: text }), ['orderId']);
    const after = caller('web 2', renamed, ['id']);
    const { answer, cycle, blockers } = ask(live(api(1, needs), before), [after, api(2, renamed)]);
    expect({ answer, cycle }).toEqual({ answer: 'no', cycle: ['web', 'orders'] });
    expect(blockers.map(({ at, consumer, provider }) => `${at} ${consumer?.label} ${provider?.label}`)).toEqual([
      '200 id v1_20261130-2 v1_20261130-1',
      '200 orderId v1_20261130-1 v1_20261130-2',
    ]);
  });
});
