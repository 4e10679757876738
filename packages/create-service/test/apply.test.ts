import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { applyEdits, type Done } from '../src/apply.ts';
import { namesFor } from '../src/names.ts';
import { planService } from '../src/plan.ts';
import { reportAdded } from '../src/report.ts';
import { contentOf, smallWorkspace } from './small-workspace.ts';

const nothing = () => Promise.resolve();
const [root, undone] = [smallWorkspace(), smallWorkspace()];

it('writes what is planned, and reports what was generated', async () => {
  const plan = await planService(root, namesFor('loyalty'));
  const done = await applyEdits(root, plan, {
    generateContracts: async () => writeFileSync(join(root, 'packages/contracts/generated/openapi/loyalty.json'), '{}'),
    updateLock: nothing,
  });
  const generated = [join('packages', 'contracts', 'generated', 'openapi', 'loyalty.json')];
  expect(done).toEqual({ generated, lock: false });
  const content = contentOf(root);
  for (const [path, text] of [...plan.made, ...plan.changed]) expect(content[join(...path.split('/'))]).toBe(text);
});

it('leaves everything as it was when the last step fails', async () => {
  const before = contentOf(undone);
  const plan = await planService(undone, namesFor('loyalty'));
  const generated = join(undone, 'packages', 'contracts', 'generated');
  const failure = applyEdits(undone, plan, {
    generateContracts: async () => {
      mkdirSync(join(generated, 'json-schema', 'loyalty'));
      writeFileSync(join(generated, 'json-schema', 'loyalty', 'EntryRecorded.v1.json'), '{}');
      writeFileSync(join(generated, 'index.json'), '{}');
      rmSync(join(generated, 'asyncapi.json'));
    },
    updateLock: async () => {
      writeFileSync(join(undone, 'package-lock.json'), 'half of it');
      throw new Error('npm is not there');
    },
  });
  await expect(failure).rejects.toThrow('npm is not there');
  expect(contentOf(undone)).toEqual(before);
});

it.each([
  ['leaves', { made: new Map([['services/loyalty/src/a.ts', '']]) }, 0],
  ['updates', { made: new Map([['services/loyalty/package.json', '{}']]) }, 1],
  ['updates', { changed: new Map([['package.json', '{ "name": "small" }']]) }, 1],
  ['updates', { removed: ['services/gone'] }, 1],
])('%s the lock file for %j', async (_, edits, times) => {
  const small = smallWorkspace();
  mkdirSync(join(small, 'services', 'gone'), { recursive: true });
  writeFileSync(join(small, 'package.json'), '{}');
  let updates = 0;
  await applyEdits(
    small,
    { made: new Map(), changed: new Map(), removed: [], ...edits },
    { generateContracts: nothing, updateLock: async () => void (updates += 1) },
  );
  expect(updates).toBe(times);
});

it('reports no change of what stays as it is', () => {
  const edits = { made: new Map([['a.ts', '']]), changed: new Map(), removed: [] };
  const addition = { kind: 'endpoint', what: 'GET /v1/a/{id}' } as const;
  const report = (done: Done) => reportAdded('loyalty', addition, 'GetA', edits, done);
  expect(report({ generated: [], lock: false })).toContain('Made:\n  a.ts\n\nNext:\n');
  expect(report({ generated: ['a'], lock: true })).toMatch(
    /^Changed:\n {2}package-lock\.json\n {2}packages\/contracts\/generated +1 file\n\nNext:/m,
  );
});
