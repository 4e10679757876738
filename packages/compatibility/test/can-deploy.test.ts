import { describe, expect, it } from '@jest/globals';
import { canDeploy, type Live, type Question, type Release, type Verdict } from '../src/index.ts';
import {
  candidate,
  draining,
  endpointOf,
  live,
  objectOf,
  oneOf,
  provides,
  release,
  requires,
  schemaOf,
  text,
} from './stage.ts';

const NOW = new Date('2026-11-30T00:00:00Z');

const ask = (stage: readonly Live[], releases: readonly Release[], more: Partial<Question> = {}): Verdict =>
  canDeploy({ live: stage, releases, schemaOf, deprecations: {}, now: NOW, ...more });

const said = ({ answer, blockers, warnings }: Verdict): string =>
  [answer, ...[...blockers, ...warnings].map(({ code, at }) => [code, at].filter(Boolean).join(' '))].join(', ');

const [get, placed, ship] = ['orders/GetOrder@1', 'orders/OrderPlaced@1', 'shipping/ShipOrder@1'];
const full = objectOf({ id: text, total: text });
const small = objectOf({ id: text });
const api = (fix: number, response: object) =>
  release(`orders ${fix}`, provides(get, 'endpoint', endpointOf({ ...response })));
const web = (fix: number, fields: readonly string[], response: object = full) =>
  release(`web ${fix}`, requires(get, 'endpoint', endpointOf({ ...response }), fields));
const events = (fix: number, schema: object) => release(`orders ${fix}`, provides(placed, 'event', { ...schema }));
const mail = (fix: number, fields: readonly string[], schema: object = full) =>
  release(`mail ${fix}`, requires(placed, 'event', { ...schema }, fields));
const shipping = (fix: number, schema: object) => release(`shipping ${fix}`, provides(ship, 'command', { ...schema }));
const sender = (fix: number, schema: object) => release(`orders ${fix}`, requires(ship, 'command', { ...schema }));

describe('a reason', () => {
  it('names contract, field, both ends with owner and label, and what to do', () => {
    const { blockers } = ask(live(api(1, full), web(1, ['total'])), [api(2, small)]);
    expect(blockers).toEqual([
      {
        code: 'breaks-calls',
        contract: 'orders/GetOrder@1',
        at: '200 total',
        consumer: { service: 'web', label: 'v1_20261130-1', owner: 'team-web' },
        provider: { service: 'orders', label: 'v1_20261130-2', owner: 'team-orders' },
        what: '200 total is gone in orders v1_20261130-2 (team-orders); web v1_20261130-1 (team-web) calls it.',
        remedy:
          'Keep 200 total as it was and offer the change as a new major beside it, or ask team-web to release web ' +
          'without it first.',
      },
    ]);
  });

  it('names every version of a consumer', () => {
    const { blockers } = ask([...live(api(1, full), web(1, ['total'])), candidate(web(2, ['total']))], [api(2, small)]);
    expect(blockers.map(({ consumer }) => consumer?.label)).toEqual(['v1_20261130-1', 'v1_20261130-2']);
  });
});

describe('what runs', () => {
  it.each<[string, () => Verdict, string]>([
    ['nothing changes', () => ask(live(api(1, full), web(1, ['total'])), [api(1, full)]), 'yes'],
    ['an empty stage', () => ask([], [api(1, full)]), 'yes'],
    ['nothing to deploy', () => ask([], []), 'unknown, nothing-to-deploy'],
    ['one service twice', () => ask([], [api(1, full), api(2, full)]), 'unknown, release-twice'],
    [
      'a candidate that lacks what is called',
      () =>
        ask(
          [
            ...live(api(1, full)),
            candidate(release('orders 2', provides('orders/Other@1', 'endpoint', endpointOf(small)))),
          ],
          [web(1, ['id'])],
        ),
      'no, no-provider',
    ],
    [
      'a candidate becomes live',
      () => ask([...live(api(1, full), web(1, ['id'])), candidate(api(2, small))], [api(2, small)]),
      'yes',
    ],
    [
      'a caller that is draining calls no more',
      () => ask([...live(api(1, full)), draining(web(1, ['total']))], [api(2, small)]),
      'yes',
    ],
    [
      'a provider that is draining answers no more',
      () => ask([...live(api(2, full)), draining(api(1, small))], [web(1, ['total'])]),
      'yes',
    ],
    [
      'messages of a draining provider are still under way',
      () => ask([...live(events(2, full)), draining(events(1, small))], [mail(1, ['total'])]),
      'no, breaks-reads total',
    ],
    [
      'commands of a draining sender are still under way',
      () =>
        ask(
          [...live(shipping(1, full)), draining(sender(1, objectOf({ id: text, 'total?': text })))],
          [shipping(2, full)],
        ),
      'no, breaks-sends total',
    ],
    ['a sender without a receiver', () => ask([], [sender(1, full)]), 'no, no-provider'],
    [
      'a receiver that takes less',
      () =>
        ask(live(sender(1, objectOf({ kind: oneOf('a', 'b') })), shipping(1, objectOf({ kind: oneOf('a', 'b') }))), [
          shipping(2, objectOf({ kind: oneOf('a') })),
        ]),
      'no, breaks-sends kind',
    ],
    ['a roll-back that nobody needs more than', () => ask(live(api(2, full), web(1, ['id'])), [api(1, small)]), 'yes'],
    [
      'a roll-back of the caller',
      () => ask(live(api(2, small), web(2, ['id'])), [web(1, ['total'])]),
      'no, breaks-calls 200 total',
    ],
    [
      'a service that reads its own events',
      () => ask([], [release('orders 1', provides(placed, 'event', full), requires(placed, 'event', full))]),
      'yes',
    ],
    [
      'a break between two others is not ours',
      () => ask(live(api(1, small), web(1, ['total'])), [mail(1, ['id'])]),
      'yes, no-provider-yet',
    ],
    [
      'what never was there is not taken away',
      () => ask(live(release('orders 1', provides(placed, 'event', full)), web(1, ['id'])), [events(2, full)]),
      'yes',
    ],
    [
      'what an unregistered release provided is taken away',
      () => ask(live(release('orders 1'), web(1, ['id'])), [events(2, full)]),
      'no, contract-removed',
    ],
    [
      'an unregistered release is replaced',
      () => ask(live(release('orders 1'), web(1, ['id'])), [api(2, full)]),
      'yes',
    ],
  ])('%s', (_, verdict, expected) => {
    expect(said(verdict())).toBe(expected);
  });

  it('a schema that is not known is no yes, and a blocker beside it is a no', () => {
    const nothing = { schemaOf: () => undefined };
    expect(said(ask(live(api(1, full), web(1, ['id'])), [api(2, small)], nothing))).toBe('unknown, schema-unknown');
    const lost = release(
      'web 1',
      requires(get, 'endpoint', endpointOf(full), ['id']),
      requires('gone/Gone@1', 'endpoint', small),
    );
    expect(said(ask(live(api(1, small)), [lost], nothing))).toBe('no, no-provider');
  });

  it('each pair is compared once, equal hashes never', () => {
    const seen: string[] = [];
    const compare: Question['compare'] = ({ consumer, provider, fields }) => {
      seen.push(`${consumer.slice(0, 6)} ${provider.slice(0, 6)} ${fields.join()}`);
      return [];
    };
    const callers = [release('one 1', ...web(1, ['id']).requires), release('two 1', ...web(1, ['id']).requires)];
    ask(live(api(1, full), ...callers), [api(2, full)], { compare });
    expect(seen).toEqual([]);
    ask(live(api(1, full), ...callers), [api(2, small)], { compare });
    expect(seen).toHaveLength(1);
  });
});

describe('what goes', () => {
  const next = release('orders 2', provides('orders/GetOrder@2', 'endpoint', endpointOf(full)));
  const deprecated = (sunset: string) => ({
    deprecations: { [get]: { since: '2026-01-01T00:00:00Z', sunset, successor: 'orders/GetOrder@2' } },
  });
  const soon = '2026-12-24T00:00:00Z';
  const past = '2026-11-01T00:00:00Z';

  it.each<[string, () => Verdict, string]>([
    ['unannounced', () => ask(live(api(1, full)), [next]), 'yes, removed-unannounced'],
    ['before its sunset', () => ask(live(api(1, full)), [next], deprecated(soon)), 'yes, removed-early'],
    ['after its sunset', () => ask(live(api(1, full)), [next], deprecated(past)), 'yes'],
    [
      'after its sunset, with a live user',
      () => ask(live(api(1, full), web(1, [])), [next], deprecated(past)),
      'no, contract-removed',
    ],
    [
      'after its sunset, and a use was seen that nobody declares',
      () =>
        ask(live(api(1, full)), [next], {
          ...deprecated(past),
          uses: [{ contract: get, consumer: 'phone', label: 'v1', last: '2026-11-29' }],
        }),
      'no, still-used',
    ],
    ['is required anew', () => ask(live(api(1, full)), [web(1, [])], deprecated(soon)), 'yes, deprecated'],
    [
      'is required anew after its sunset',
      () => ask(live(api(1, full)), [web(1, [])], deprecated(past)),
      'yes, sunset-passed',
    ],
  ])('%s', (_, verdict, expected) => {
    expect(said(verdict())).toBe(expected);
  });

  it('after the sunset names both owners', () => {
    const { blockers } = ask(live(api(1, full), web(1, [])), [next], deprecated(past));
    expect(blockers).toMatchObject([
      {
        consumer: { owner: 'team-web' },
        provider: { owner: 'team-orders' },
        what: expect.stringContaining(`Its sunset was ${past}.`),
        remedy: 'Keep orders/GetOrder@1, and ask team-web to release a web that uses orders/GetOrder@2 first.',
      },
    ]);
  });
});

describe('several releases', () => {
  it('go in an order that is safe at every step', () => {
    const chain = [
      release('web 2', requires('orders/Total@1', 'endpoint', endpointOf(full))),
      release(
        'orders 2',
        provides('orders/Total@1', 'endpoint', endpointOf(full)),
        requires('prices/Price@1', 'endpoint', endpointOf(full)),
      ),
      release('prices 2', provides('prices/Price@1', 'endpoint', endpointOf(full))),
    ];
    expect(ask([], chain)).toMatchObject({ answer: 'yes', order: ['prices', 'orders', 'web'] });
  });

  it('a provider waits for the callers that need what it takes away', () => {
    const releases = [api(2, small), web(2, ['id'], small)];
    expect(ask(live(api(1, full), web(1, ['total'])), releases)).toMatchObject({
      answer: 'yes',
      order: ['web', 'orders'],
    });
  });

  it('what breaks in the end is no question of order', () => {
    const verdict = ask(live(api(1, full), web(1, ['total'])), [api(2, small), web(2, ['total'])]);
    expect(said(verdict)).toBe('no, breaks-calls 200 total');
  });

  it('an event that goes, and a reader that is released with it and reads it still', () => {
    const next = release('orders 2', provides('orders/OrderPlaced@2', 'event', full));
    const today = live(events(1, full), mail(1, ['id']));
    expect(said(ask(today, [next, mail(2, ['id'])]))).toBe('no, contract-removed, no-provider-yet');
    expect(ask(today, [next, release('mail 2', requires('orders/OrderPlaced@2', 'event', full))])).toMatchObject({
      answer: 'yes',
      order: ['mail', 'orders'],
    });
  });

  it('a reader that needs what messages under way lack has to wait', () => {
    expect(said(ask(live(events(1, small)), [events(2, full), mail(1, ['total'])]))).toBe('no, breaks-reads total');
  });

  it('a cycle of three is named, and no more than it', () => {
    const each = (one: string, other: string) =>
      release(
        `${one} 2`,
        provides(`${one}/New@1`, 'endpoint', endpointOf(full)),
        requires(`${other}/New@1`, 'endpoint', endpointOf(full)),
      );
    const verdict = ask([], [api(1, full), each('a', 'b'), each('b', 'c'), each('c', 'a')]);
    expect(verdict).toMatchObject({ answer: 'no', cycle: ['a', 'b', 'c'] });
    expect(verdict.blockers.map(({ contract }) => contract)).toEqual(['b/New@1', 'c/New@1', 'a/New@1']);
  });
});
