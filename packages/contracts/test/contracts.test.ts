import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { contracts, owners } from '../src/contracts/all-contracts.ts';
import { command, type Contract, endpoint, event } from '../src/contracts/contract.ts';
import { Envelope } from '../src/contracts/envelope.ts';
import { exampleEnvelope } from '../generate/examples.ts';
import { impersonal, personal, secret } from '../src/contracts/marks.ts';
import { contractFaults } from './contract-faults.ts';

const messages = contracts.filter((contract) => contract.kind !== 'endpoint');

describe('the contracts', () => {
  it('all hold: names, limits, and every example parses', () => {
    expect(contractFaults(contracts)).toEqual([]);
  });

  it('are there for every service', () => {
    const services = join(import.meta.dirname, '..', '..', '..', 'services');
    const folders = readdirSync(services).filter((name) => existsSync(join(services, name, 'serverless.yml')));
    expect(owners).toEqual(folders.sort());
  });

  it('name senders that are services', () => {
    expect(messages.flatMap(({ senders }) => senders).filter((it) => !owners.includes(it))).toEqual([]);
  });

  it.each(messages)('$type travels in an envelope that holds', (contract) => {
    expect(z.parse(Envelope, exampleEnvelope(contract)).type).toBe(contract.type);
  });
});

const Thing = z.object({ id: z.string() });
const good = { description: 'A thing.', example: { id: 'a' } };
const get = {
  name: 'GetThing',
  method: 'GET',
  path: '/things/{id}',
  version: 1,
  summary: 'Shows a thing',
  access: 'public',
  params: z.strictObject({ id: z.string() }),
  responses: { 200: { description: 'The thing', body: Thing } },
  example: { params: { id: 'a' }, response: { id: 'a' } },
} as const;

const address = { address: { x: 'a' } };

describe('the check of the contracts', () => {
  const planted: readonly [string, readonly Contract[], string][] = [
    ['a good event', [event('things', 'ThingMade', 1, Thing, good)], ''],
    ['a good endpoint', [endpoint('things', get)], ''],
    ['an example that does not parse', [event('things', 'ThingMade', 1, Thing, broken())], 'example.id: invalid_type'],
    ['a name that is too long', [event('things', `T${'h'.repeat(128)}`, 1, Thing, good)], 'longer than 128'],
    ['a name that is not one', [event('things', 'thing made', 1, Thing, good)], 'not in PascalCase'],
    ['an owner that is not one', [event('Things', 'ThingMade', 1, Thing, good)], 'not a service name'],
    ['a command that nobody may send', [command('things', 'MakeThing', 1, Thing, sentBy())], 'nobody may send it'],
    ['a sender that is not one', [command('things', 'MakeThing', 1, Thing, sentBy('Shop'))], 'not a service name'],
    ['a version that is not one', [event('things', 'ThingMade', 0, Thing, good)], 'not 1 or more'],
    ['an event that cannot be picked from', [event('things', 'ThingMade', 1, refined(), good)], 'can be picked'],
    ['an event declared twice', twin(event('things', 'ThingMade', 1, Thing, good)), 'declared twice'],
    ['an endpoint declared twice', twin(endpoint('things', get)), 'declared twice'],
    [
      'the same path under two names',
      [
        endpoint('things', get),
        endpoint('things', {
          ...get,
          name: 'ShowThing',
          path: '/things/{thing}',
          params: z.strictObject({ thing: z.string() }),
          example: { ...get.example, params: { thing: 'a' } },
        }),
      ],
      'declared twice',
    ],
    ['a parameter that is not in the path', [endpoint('things', { ...get, path: '/things' })], 'parameters differ'],
    ['a path that is none', [endpoint('things', { ...get, path: 'things/{id}' })], 'not one of resources'],
    ['a POST without a key', [endpoint('things', { ...get, method: 'POST' })], 'must take an Idempotency-Key'],
    ['a PATCH without If-Match', [endpoint('things', { ...get, method: 'PATCH' })], 'must ask for If-Match'],
    ['a GET with a body', [endpoint('things', { ...get, body: Thing })], 'a GET has no body'],
    ['an answer that is missing', [endpoint('things', { ...get, responses: {} })], 'no answer that says it worked'],
    [
      'an example answer that does not parse',
      [endpoint('things', { ...get, example: { ...get.example, response: { id: 1 } } })],
      'example.response.id: invalid_type',
    ],
    [
      'a problem that is ours',
      [endpoint('things', { ...get, problems: { broken: { status: 500, title: 'Broken' } } })],
      "not the client's",
    ],
    [
      'a cache for what only some may read',
      [endpoint('things', { ...get, access: { any: 'journal:read' }, cache: { ttlSeconds: 1 } })],
      'only what everybody may read',
    ],
    [
      'a cache for no time',
      [endpoint('things', { ...get, access: 'public', cache: { ttlSeconds: 0 } })],
      'a time of its cache',
    ],
    [
      'a problem that is a common one',
      [endpoint('things', { ...get, problems: { 'not-found': { status: 404, title: 'No' } } })],
      'is a common one',
    ],
    ...['email', 'recipientName', 'phone', 'shipping_address', 'note', 'line1', 'postalCode', 'paymentMethod'].map(
      (name): [string, Contract[], string] => [
        `the field ${name} that is not marked, deep in an event`,
        [made({ list: z.array(z.object({ [name]: z.optional(z.string()) })) }, { list: [] })],
        `list.${name} is named like personal data`,
      ],
    ),
    [
      'a query that is not marked',
      [endpoint('things', queried(z.string()))],
      'query.email is named like personal data',
    ],
    ['a query that is marked', [endpoint('things', queried(personal(z.string())))], ''],
    ['a name that is not a person’s', [made({ name: impersonal(z.string()) }, { name: 'a' })], ''],
    ['a switch named like a mail address', [made({ email: z.boolean() }, { email: true })], ''],
    [
      'an address of which nothing is marked',
      [made({ address: z.object({ x: z.string() }) }, address)],
      'address is named like',
    ],
    ['an address of which a part is', [made({ address: z.object({ x: personal(z.string()) }) }, address)], ''],
    [
      'a secret that is not marked',
      [made({ accessToken: z.string() }, { accessToken: 'a' })],
      'accessToken is named like',
    ],
    ['a deprecation with a successor', [goingAway(), event('things', 'ThingMade', 2, Thing, good)], ''],
    ['a successor that is not there', [goingAway()], 'version 2, is not among'],
    ['a successor that is no later', [goingAway({ successor: 1 })], 'not a later version'],
    ['a sunset before its deprecation', [goingAway({ sunset: '2026-11-29' })], 'sunset is before'],
    ['a day that is none', [goingAway({ since: '2026-11-31x' })], 'not like 2027-05-31'],
    [
      'a successor at another path',
      [
        endpoint('things', { ...get, deprecated: { since: '2026-11-30', sunset: '2027-05-31', successor: 2 } }),
        endpoint('things', { ...get, version: 2, path: '/all-things/{id}' }),
      ],
      'has another path',
    ],
    ['a secret on the bus', [made({ key: secret(z.string()) }, { key: 'a' })], 'key is secret'],
  ];

  it.each(planted)('finds %s', (_, contracts, fault) => {
    const faults = contractFaults(contracts);
    if (fault === '') expect(faults).toEqual([]);
    else expect(faults.join('\n')).toContain(fault);
  });
});

function sentBy(...senders: string[]) {
  return { ...good, senders };
}

function made(fields: Record<string, z.ZodMiniType>, example: Record<string, unknown>): Contract {
  return event('things', 'ThingMade', 1, z.object(fields), { description: 'A thing.', example });
}

function goingAway(changes: object = {}): Contract {
  const deprecated = { since: '2026-11-30', sunset: '2027-05-31', successor: 2, ...changes };
  return event('things', 'ThingMade', 1, Thing, { ...good, deprecated });
}

function queried(email: z.ZodMiniType) {
  return { ...get, query: z.strictObject({ email: z.optional(email) }) };
}

function broken() {
  return { ...good, example: { id: 1 as unknown as string } };
}

function refined() {
  return Thing.check(z.refine((thing) => thing.id !== ''));
}

function twin(contract: Contract): Contract[] {
  return [contract, contract];
}
