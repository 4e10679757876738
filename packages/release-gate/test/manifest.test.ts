import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpointFaults, hashOf, schemaFaults } from '@dure/compatibility';
import { contracts } from '@dure/contracts/all-contracts';
import { endpoint, type EndpointContract, event } from '@dure/contracts/contract';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { entryOf } from '../src/code.ts';
import { declaredIn } from '../src/declared.ts';
import { type FunctionCode, type Manifest, manifestOf } from '../src/manifest.ts';

const SERVICES = join(import.meta.dirname, '..', '..', '..', 'services');
const BUILD = { commit: 'c0ffee', digest: '0'.repeat(64) };
const folder = mkdtempSync(join(tmpdir(), 'dure-manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = readdirSync(SERVICES).filter((name) => existsSync(join(SERVICES, name, 'serverless.yml')));
const functionsOf = (service: string): Record<string, FunctionCode> => {
  const text = readFileSync(join(SERVICES, service, 'serverless.yml'), 'utf8');
  return (parse(text, { logLevel: 'error' }) as { functions: Record<string, FunctionCode> }).functions;
};
const make = (service: string): Promise<Manifest> =>
  manifestOf({ service, folder: join(SERVICES, service), functions: functionsOf(service) }, BUILD);
const manifests = new Map<string, Promise<Manifest>>();
/** Made once: all sources of the service are read for it. */
function made(service: string): Promise<Manifest> {
  const manifest = manifests.get(service) ?? make(service);
  manifests.set(service, manifest);
  return manifest;
}

/** `orders/OrderPlaced.v1` of all messages of others that serverless.yml lists. */
const listed = (service: string): string[] =>
  Object.values(functionsOf(service))
    .flatMap(({ consumes = [] }) => consumes.map((it) => (typeof it === 'string' ? it : it.message)))
    .filter((name) => name.includes('/') && !name.startsWith(`${service}/`));

describe.each(names)('the manifest of %s', (service) => {
  it('has schemas that a registry takes', async () => {
    const { provides, requires, schemas } = await made(service);
    const faults = [...provides, ...requires].flatMap(({ kind, contract, schema }) =>
      (kind === 'endpoint' ? endpointFaults : schemaFaults)(schemas[schema]).map((it) => ({ contract, ...it })),
    );
    expect(faults).toEqual([]);
  });

  it("reads the messages of others that serverless.yml's `consumes` lists, and no others", async () => {
    const { requires } = await made(service);
    const read = requires.filter(({ use }) => use === 'reads').map(({ contract, major }) => `${contract}.v${major}`);
    const everything = Object.values(functionsOf(service)).some(({ consumes = [] }) =>
      consumes.some((it) => typeof it !== 'string' && it.message === '*'),
    );
    if (everything) expect(read).toEqual(expect.arrayContaining(listed(service)));
    else expect(read.sort()).toEqual([...new Set(listed(service))].sort());
  });

  it('sends what contracts let it send, and names fields that exist', async () => {
    const { requires } = await made(service);
    const sent = requires.filter(({ use }) => use === 'sends').map(({ contract }) => contract);
    const may = contracts.filter((it) => it.kind === 'command' && it.senders.includes(service) && it.owner !== service);
    expect(sent.sort()).toEqual(may.map(({ owner, name }) => `${owner}/${name}`).sort());
  });

  it('serves what serverless.yml lists, and has every schema under its hash', async () => {
    const { provides, requires, schemas } = await made(service);
    const served = Object.values(functionsOf(service)).flatMap(({ endpoints = [] }) => endpoints);
    const operations = served.length > 0 ? ['GetHealth', 'GetVersion'] : [];
    expect(
      provides
        .filter(({ kind }) => kind === 'endpoint')
        .map(({ contract }) => contract)
        .sort(),
    ).toEqual(
      [...served.map((name) => name.replace(/\.v\d+$/, '')), ...operations].map((name) => `${service}/${name}`).sort(),
    );
    expect([...new Set([...provides, ...requires].map(({ schema }) => schema))].sort()).toEqual(Object.keys(schemas));
    for (const [hash, schema] of Object.entries(schemas)) expect(hashOf(schema)).toBe(hash);
  });

  it('is the same again', async () => {
    expect(JSON.stringify(await make(service))).toBe(JSON.stringify(await made(service)));
  });
});

it('has schemas that are whole by themselves: each compiles alone', async () => {
  const all = await Promise.all(names.map(made));
  const schemas = new Map(all.flatMap(({ schemas: some }) => Object.entries(some)));
  expect(schemas.size).toBeGreaterThan(10);
  for (const document of schemas.values()) {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    if (!('responses' in document)) {
      ajv.compile(document);
      continue;
    }
    const { responses, request, $defs } = document as {
      responses: Record<string, { schema?: object }>;
      request?: { schema: object };
      $defs: object;
    };
    for (const { schema } of [...Object.values(responses), ...(request ? [request] : [])]) {
      if (schema !== undefined) ajv.compile({ ...schema, $defs });
    }
  }
});

it.each([
  ['no owner', { version: '1.2.3' }, 'services/seeds/package.json, dure: every service has an owner'],
  ['an owner without a name', { dure: { owner: { email: 'a@example.com' } } }, 'package.json, dure.owner.name: every'],
  [
    'an address that is none',
    { dure: { owner: { name: 'Seeds', email: 'a' } } },
    'package.json, dure.owner.email: every',
  ],
  [
    'a webhook that is none',
    { dure: { owner: { name: 'Seeds', webhook: 'x' } } },
    'package.json, dure.owner.webhook: ',
  ],
])('refuses a package.json with %s', async (_, content, sentence) => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(content));
  await expect(manifestOf({ service: 'seeds', folder, functions: {} }, BUILD)).rejects.toThrow(sentence);
});

it('says what a contract deprecates, until the end of its last day', async () => {
  const details = { description: 'Seeds are in the ground.', example: {} };
  const deprecated = { since: '2026-11-30', sunset: '2027-05-31', successor: 2 };
  const catalogue = [1, 2].map((major) =>
    event('seeds', 'SeedsSown', major, z.object({}), { ...details, ...(major === 1 && { deprecated }) }),
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.0.0', dure: { owner: { name: 'Seeds' } } }));
  const { provides } = await manifestOf({ service: 'seeds', folder, functions: {} }, BUILD, {
    catalogue,
    schemaOf: () => ({ type: 'object' }),
  });
  const schema = hashOf({ type: 'object' });
  expect(provides).toEqual([
    {
      ...{ contract: 'seeds/SeedsSown', major: 1, kind: 'event', schema },
      deprecated: {
        since: '2026-11-30T00:00:00.000Z',
        sunset: '2027-05-31T23:59:59.000Z',
        successor: 'seeds/SeedsSown@2',
      },
    },
    { contract: 'seeds/SeedsSown', major: 2, kind: 'event', schema },
  ]);
});

describe('an endpoint that needs a token', () => {
  const Answer = z.object({ size: z.int() });
  const ways: readonly [string, Partial<EndpointContract>, string, string | undefined][] = [
    [
      'is called for the caller, as its contract lets the service',
      { callers: { beds: 'on-behalf' } },
      'onBehalf({ baseUrl })',
      undefined,
    ],
    [
      'is called by the service itself',
      { callers: { beds: 'as-itself' } },
      'identity.asItself({ baseUrl })',
      undefined,
    ],
    ['is not called in another way', { callers: { beds: 'on-behalf' } }, 'asItself({ baseUrl })', 'callers: { beds: '],
    [
      'is not called by another service',
      { callers: { pots: 'on-behalf' } },
      'onBehalf({ baseUrl })',
      'does not let beds',
    ],
    ['is not called without saying for whom', {}, '{ baseUrl }', 'has to say for whom'],
    ['is called by anybody when it is public', { access: 'public' }, '{ baseUrl }', undefined],
    [
      'is not called by a service to change something',
      { method: 'PUT', callers: { beds: 'on-behalf' } },
      'onBehalf({ baseUrl })',
      'calls.ts: client(GetSeed, …) would change what seeds has, by PUT.',
    ],
    [
      'is not called to change something when it is public',
      { method: 'POST', access: 'public' },
      '{ baseUrl }',
      'POST',
    ],
  ];
  it.each(ways)('%s', async (_, more, options, sentence) => {
    const GetSeed = endpoint('seeds', {
      ...{ name: 'GetSeed', method: 'GET', path: '/seed', version: 1, summary: 'For tests', example: {} },
      ...{ access: { any: 'services:read' }, responses: { 200: { description: 'It', body: Answer } } },
    });
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ version: '1.0.0', dure: { owner: { name: 'Beds' } } }),
    );
    writeFileSync(
      join(folder, 'calls.ts'),
      `import { client } from '@dure/contracts/binding/client';
import { GetSeed } from '@dure/contracts/seeds';
export const handler = client(GetSeed, ['size'], ${options});`,
    );
    const made = manifestOf({ service: 'beds', folder, functions: { it: { handler: 'calls.handler' } } }, BUILD, {
      catalogue: [{ ...GetSeed, ...more } as EndpointContract],
      schemaOf: () => ({ type: 'object' }),
    });
    if (sentence !== undefined) return expect(made).rejects.toThrow(sentence);
    expect((await made).requires).toMatchObject([{ contract: 'seeds/GetSeed', use: 'calls', fields: ['size'] }]);
  });

  it('is called by every service that its contract names, in the way that it says', async () => {
    for (const service of names) {
      const entries = Object.values(functionsOf(service)).flatMap(({ handler }) => handler ?? []);
      const declared = await declaredIn(join(SERVICES, service), entries.map(entryOf), contracts);
      const called = declared.flatMap(({ contract, as }) => (as === undefined ? [] : [`${contract.name} ${as}`]));
      const named = contracts.flatMap((it) =>
        it.kind === 'endpoint' && it.callers?.[service] ? [`${it.name} ${it.callers[service]}`] : [],
      );
      expect([...new Set(called)].sort()).toEqual(named.sort());
    }
  });
});

it('takes all of a message that code without the binding gets', async () => {
  const event = contracts.find(({ kind }) => kind === 'event');
  if (event === undefined || event.kind === 'endpoint') throw new Error('There is no event.');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '2.0.0', dure: { owner: { name: 'Seeds' } } }));
  const functions = { it: { handler: 'src/it.handler', consumes: [`${event.owner}/${event.detailType}`] } };
  const { major, owner, requires } = await manifestOf({ service: 'seeds', folder, functions }, BUILD);
  expect({ major, owner }).toEqual({ major: 2, owner: { name: 'Seeds' } });
  expect(requires).toMatchObject([{ contract: `${event.owner}/${event.name}`, use: 'reads', fields: ['*'] }]);
});
