import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { command, type Contract, endpoint, event } from '@dure/contracts/contract';
import { afterAll, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { declaredIn } from '../src/declared.ts';

const root = mkdtempSync(join(tmpdir(), 'dure-declared-'));
afterAll(() => rmSync(root, { recursive: true }));

const Data = z.object({ id: z.string(), size: z.int() });
const details = { description: 'For tests', example: { id: 'a', size: 1 } };
const SeedSown = event('seeds', 'SeedSown', 1, Data, details);
const SeedSownV2 = event('seeds', 'SeedSown', 2, Data, details);
const SowSeed = command('seeds', 'SowSeed', 1, Data, { ...details, senders: ['beds'] });
const GetSeed = endpoint('seeds', {
  ...{ name: 'GetSeed', method: 'GET', path: '/seed', version: 1, summary: 'For tests', access: 'public', example: {} },
  responses: { 200: { description: 'It', body: Data } },
});
const catalogue = [SeedSown, SeedSownV2, SowSeed, GetSeed];

const IMPORTS = `import { consumes } from '@dure/contracts/contract';
import { client } from '@dure/contracts/binding/client';
import { GetSeed, SeedSown, SeedSownV2 as Sown } from '@dure/contracts/seeds';
`;

const nameOf = (contract: Contract) => ('detailType' in contract ? contract.detailType : contract.name);

let count = 0;
async function declared(files: Record<string, string>) {
  const folder = join(root, String((count += 1)));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const found = await declaredIn(folder, ['src/index.ts'], catalogue);
  return found.map(({ contract, fields, file }) => [nameOf(contract), fields, file]);
}

it('reads consumes and client in every file that a handler reaches', async () => {
  const files = {
    'src/index.ts': `${IMPORTS}import { other } from './other.ts';
export const handler = [other, consumes(Sown, ["id"]), client(GetSeed, ['id', 'size'], options)];`,
    'src/other.ts': `${IMPORTS}const fields = ['size'] as const;
export const other = consumes(
  SeedSown, // the first one
  fields,
);`,
    'src/unreached.ts': `${IMPORTS}export const more = consumes(SeedSown, ['id']);`,
  };
  expect(await declared(files)).toEqual([
    ['SeedSown.v2', ['id'], 'src/index.ts'],
    ['GetSeed', ['id', 'size'], 'src/index.ts'],
    ['SeedSown.v1', ['size'], 'src/other.ts'],
  ]);
});

it('leaves out comments, functions of the same name, and handlers that were taken out', async () => {
  const files = {
    'src/index.ts': `import { taken } from './taken.ts';
// consumes(SeedSown, ['id'])
const client = (seed: unknown, fields: unknown) => [seed, fields];
export const handler = client(GetSeed, ['id']);`,
    'src/taken.ts': `${IMPORTS}export const taken = consumes(SeedSown, ['id']);`,
  };
  expect(await declared(files)).toEqual([]);
});

it("leaves out a message that the service's own code declares", async () => {
  const files = {
    'src/index.ts': `import { consumes } from '@dure/contracts/contract';
import { Due } from './messages.ts';
export const handler = consumes(Due, ['id']);`,
    'src/messages.ts': `export const Due = event('beds', 'Due', 1, schema, details);`,
  };
  expect(await declared(files)).toEqual([]);
});

it.each([
  [
    'a variable for the contract',
    { 'src/index.ts': `${IMPORTS}export const handler = [SeedSown].map((it) => consumes(it, ['id']));` },
    'src/index.ts: consumes(it, …) has to name a contract that the file imports from its owner',
  ],
  [
    'a contract by a detour',
    {
      'src/index.ts': `import { consumes } from '@dure/contracts/contract';
import { SeedSown } from './again.ts';
export const handler = consumes(SeedSown, ['id']);`,
      'src/again.ts': `export { SeedSown } from '@dure/contracts/seeds';`,
    },
    'src/index.ts: consumes(SeedSown, …) has to name a contract',
  ],
  [
    'fields from elsewhere',
    {
      'src/index.ts': `${IMPORTS}import { fields } from './fields.ts';\nexport const handler = consumes(SeedSown, fields);`,
    },
    'src/index.ts: consumes(SeedSown, fields) has to list the fields as texts',
  ],
  [
    'fields that are computed',
    { 'src/index.ts': `${IMPORTS}export const handler = consumes(SeedSown, [name, 'id']);` },
    'consumes(SeedSown, [name,"id"]) has to list the fields as texts',
  ],
])('refuses %s', async (_, files, sentence) => {
  await expect(declared(files)).rejects.toThrow(sentence);
});
