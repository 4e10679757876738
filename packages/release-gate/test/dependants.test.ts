import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDependants } from '../src/dependants.ts';
import { type Answer, askGate } from '../src/gate.ts';
import { openRegistry } from '../src/registry.ts';
import { inWords } from '../src/words.ts';
import { type FakeRegistry, startRegistry } from './fake-registry.ts';
import { beds, seeds } from './seeds.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const root = realpathSync(mkdtempSync(join(tmpdir(), 'dure-dependants-')));
afterAll(() => rmSync(root, { recursive: true }));

/** Beds names the contract in one file, of which a test holds or fails, and another test fails that does not matter. */
const files = {
  'jest.config.mjs': `export default { projects: [{ displayName: 'unit', rootDir: '${root}', transform: {} }] };\n`,
  'package.json': '{ "type": "commonjs" }\n',
  'services/beds/src/reads.ts': '// consumes(SeedSown, ["depth"])\nmodule.exports = __dirname;\n',
  'services/beds/src/other.ts': 'module.exports = 1;\n',
  'services/beds/test/reads.test.js':
    'const src = require("../src/reads.ts");\ntest("reads the depth", () => expect(require("node:fs").existsSync(`${src}/planted`)).toBe(false));\n',
  'services/beds/test/other.test.js': 'require("../src/other.ts");\ntest("another", () => expect(1).toBe(2));\n',
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');

const PLANTED = join(root, 'services', 'beds', 'src', 'planted');

let fake: FakeRegistry;
let said: string;
beforeEach(async () => {
  fake = await startRegistry();
  said = '';
  fake.runs(seeds('sort', 'depth'));
  fake.runs(beds('depth'));
});
afterEach(async () => {
  rmSync(PLANTED, { force: true });
  await fake.stop();
});

function ask(fields: readonly string[], isHere = true): Promise<Answer> {
  const check = testDependants({
    root,
    folderOf: (service) => (isHere ? join(root, 'services', service) : undefined),
    say: (text) => void (said += text),
  });
  return askGate(openRegistry({ baseUrl: fake.url }), 'dev', [seeds(...fields)], check);
}

describe('when a contract changes', () => {
  it('the tests of its users run that reach the files which name it', async () => {
    expect(await ask(['sort', 'depth', 'colour'])).toMatchObject({ answer: 'yes' });
    expect(said).toBe('Testing beds (Team Beds), which uses seeds/SeedSown@1 …\n');
  });

  it('a failure is a no, with both owners', async () => {
    writeFileSync(PLANTED, '');
    const answer = await ask(['sort', 'depth', 'colour']);
    expect(answer).toMatchObject({
      answer: 'no',
      blockers: [{ code: 'dependant-test-failed', contract: 'seeds/SeedSown@1', consumer: { owner: 'Team Beds' } }],
    });
    expect(inWords(answer)).toContain(
      'Tests of beds (Team Beds) fail with seeds v1_20260101-2 (Team Seeds): reads the depth',
    );
    expect(inWords(answer)).toContain('→ Team Seeds and Team Beds: run npm test -- --unit services/beds');
    expect(fake.failures).toMatchObject([
      { provider: { service: 'seeds' }, consumer: { service: 'beds' }, what: 'reads the depth' },
    ]);
  });

  it('users in another repository are named', async () => {
    expect(await ask(['sort', 'depth', 'colour'], false)).toMatchObject({ answer: 'yes' });
    expect(said).toBe('The tests of beds (Team Beds), which uses seeds/SeedSown@1, are not here and did not run.\n');
  });
});

it('an urgent fix waits for no test, and says so', async () => {
  writeFileSync(PLANTED, '');
  const check = () => Promise.reject(new Error('tests ran'));
  const urgent = { ...seeds('sort', 'depth', 'colour'), urgent: true as const };
  const answer = await askGate(openRegistry({ baseUrl: fake.url }), 'dev', [urgent], check);
  expect(answer).toMatchObject({ answer: 'yes', urgent: true });
  expect(inWords(answer)).toContain('An urgent fix: dependants have no time, and their tests do not run.');
  const breaking = { ...seeds('sort'), urgent: true as const };
  expect(await askGate(openRegistry({ baseUrl: fake.url }), 'dev', [breaking])).toMatchObject({ answer: 'no' });
});

it('a fix runs no test', async () => {
  writeFileSync(PLANTED, '');
  fake.runs({ ...seeds('sort', 'depth'), digest: '0'.repeat(64) });
  expect(await ask(['sort', 'depth'])).toMatchObject({ answer: 'yes' });
  expect(said).toBe('');
});
