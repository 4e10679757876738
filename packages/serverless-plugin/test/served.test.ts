import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contracts } from '@dure/contracts/all-contracts';
import { afterAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { refuseUnserved } from '../src/served.ts';
import type { Catalogue, FunctionConfig } from '../src/types.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'dure-served-'));
afterAll(() => rmSync(folder, { recursive: true }));

const owner = 'seeds';
const endpoint = (name: string, version = 1) =>
  ({
    kind: 'endpoint',
    owner,
    access: 'public',
    name,
    version,
    method: 'GET',
    fullPath: `/v${version}/${name}`,
  }) as const;
const event = (name: string, major = 1) =>
  ({ kind: 'event', owner, senders: [owner], name, major, detailType: `${name}.v${major}` }) as const;
const catalogue: Catalogue = [endpoint('GetSeed'), endpoint('SowSeed'), event('SeedSown'), event('SeedSown', 2)];

const API = `import { api } from '@dure/contracts/binding/api';
import { getSeedHandler } from './get-seed.handler.ts';
export const handler = api({}, [getSeedHandler]);
`;
const GET = `import { GetSeed } from '@dure/contracts/seeds';
export const getSeedHandler = http(GetSeed, {});
`;
const CONSUMER = `import { SeedSown, SeedSownV2 as Sown } from '@dure/contracts/seeds';
export const handler = consumer('events', [on(consumes(SeedSown, []), run), on(consumes(Sown, []), run)]);
`;

let count = 0;
/** Whether a service with these files and this function is taken; the sentence if not. */
function refusal(files: Record<string, string>, config: FunctionConfig): string | undefined {
  const service = join(folder, String((count += 1)));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(service, path)), { recursive: true });
    writeFileSync(join(service, path), text);
  }
  try {
    refuseUnserved(service, owner, catalogue, { it: config });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const api = { 'src/http/index.ts': API, 'src/http/get-seed.handler.ts': GET };
const served = { handler: 'src/http/index.handler' };
const events = { 'src/events.ts': CONSUMER };
const consumed = { handler: 'src/events.handler' };

it('takes a service whose code and serverless.yml say the same', () => {
  expect(refusal(api, { ...served, endpoints: ['GetSeed', 'GetHealth'] })).toBeUndefined();
  expect(refusal(events, { ...consumed, consumes: ['SeedSown.v1', { message: 'SeedSown.v2' }] })).toBeUndefined();
});

it.each<[string, string | undefined, string]>([
  [
    'an endpoint that no code serves',
    refusal(api, { ...served, endpoints: ['GetSeed', 'SowSeed'] }),
    'functions.it.endpoints: serverless.yml lists SowSeed, but src/http/index.ts does not serve it. Add its handler to api(…)',
  ],
  [
    'an endpoint whose handler was taken out of api(…) and is still imported',
    refusal(
      { ...api, 'src/http/index.ts': API.replace('[getSeedHandler]', '[]') },
      { ...served, endpoints: ['GetSeed'] },
    ),
    'functions.it.endpoints: serverless.yml lists GetSeed, but src/http/index.ts does not serve it. Add its handler to api(…)',
  ],
  [
    'an endpoint that serverless.yml does not list',
    refusal(api, { ...served, endpoints: [] }),
    'functions.it.endpoints: src/http/get-seed.handler.ts serves GetSeed, but serverless.yml does not list it.',
  ],
  [
    'a message that no code consumes',
    refusal(
      { 'src/events.ts': "export const handler = consumer('events', []);" },
      { ...consumed, consumes: ['SeedSown.v1'] },
    ),
    'functions.it.consumes: serverless.yml lists SeedSown.v1, but src/events.ts does not consume it. Add its handler to consumer(…)',
  ],
  [
    'another version of a message',
    refusal(events, { ...consumed, consumes: ['SeedSown.v1'] }),
    'functions.it.consumes: src/events.ts consumes SeedSown.v2, but serverless.yml does not list it.',
  ],
])('refuses %s', (_, sentence, expected) => {
  expect(sentence).toContain(expected);
});

it.each<[string, Record<string, string>, FunctionConfig]>([
  [
    'messages that are computed',
    { 'src/events.ts': "consumer('events', all.map((it) => on(consumes(it, []), run)))" },
    {},
  ],
  ['a handler of another kind', { 'src/events.ts': 'export const handler = async () => {};' }, {}],
  ['everything on the bus', { 'src/events.ts': "consumer('events', [onAny(run)])" }, { consumes: ['*'] }],
])('does not compare %s', (_, files, config) => {
  expect(refusal(files, { ...consumed, consumes: ['SeedSown.v1'], ...config })).toBeUndefined();
});

const services = readdirSync(join(ROOT, 'services'), { withFileTypes: true }).filter((it) => it.isDirectory());
it.each(services.map(({ name }) => name))('takes services/%s, and reads what it serves', (name) => {
  const service = join(ROOT, 'services', name);
  const text = readFileSync(join(service, 'serverless.yml'), 'utf8').replaceAll('${param:paymentProvider}', 'sandbox');
  const { functions } = parse(text, { logLevel: 'error' }) as {
    functions: Record<string, FunctionConfig>;
  };
  refuseUnserved(service, name, contracts as Catalogue, functions);
  for (const [key, config] of Object.entries(functions).filter(([, it]) => (it.endpoints ?? []).length > 1)) {
    const fewer = { [key]: { ...config, endpoints: config.endpoints?.slice(1) ?? [] } };
    expect(() => refuseUnserved(service, name, contracts as Catalogue, fewer)).toThrow('does not list it');
  }
});
