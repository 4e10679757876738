import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { applyEdits } from '../src/apply.ts';
import { namesFor } from '../src/names.ts';
import { planService } from '../src/plan.ts';
import { planRemoval } from '../src/removal.ts';
import { node } from './run.ts';
import { contentOf, smallWorkspace } from './small-workspace.ts';
import { REPOSITORY } from './workspace-copy.ts';

const CLI = join(REPOSITORY, 'packages', 'create-service', 'src', 'cli.ts');
const steps = { generateContracts: async () => {}, updateLock: async () => {} };
const git = (root: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: root, stdio: 'pipe' });

async function workspaceWith(service: string): Promise<string> {
  const root = smallWorkspace();
  await applyEdits(root, await planService(root, namesFor(service)), steps);
  git(root, 'init', '--quiet');
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message', 'Start');
  return root;
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const filesOf = (root: string) =>
  Object.fromEntries(
    Object.entries(contentOf(root)).filter(([path]) => !path.startsWith('.git') && !/^\.local/.test(path)),
  );

it('takes away what was added, and nothing else', async () => {
  const root = smallWorkspace();
  const before = filesOf(root);
  await applyEdits(root, await planService(root, namesFor('loyalty')), steps);
  expect(filesOf(root)).not.toEqual(before);
  await applyEdits(root, await planRemoval(root, 'loyalty', true), steps);
  expect(filesOf(root)).toEqual(before);
});

it('puts everything back when a later step fails', async () => {
  const root = await workspaceWith('loyalty');
  const before = filesOf(root);
  const updateLock = () => Promise.reject(new Error('npm is not there'));
  const removal = await planRemoval(root, 'loyalty', false);
  await expect(applyEdits(root, removal, { ...steps, updateLock })).rejects.toThrow('npm is not there');
  expect(filesOf(root)).toEqual(before);
});

it.each([
  ['services/shop/src/events/a.ts', "import { EntryRecorded } from '@dure/contracts/loyalty';"],
  ['services/shop/serverless.yml', 'functions: { events: { consumes: [loyalty/EntryRecorded.v1] } }'],
  ['packages/contracts/src/contracts/shop/b.ts', "import { Points } from '../loyalty/entry.ts';"],
  ['packages/contracts/src/contracts/shop/c.ts', "export type * from '../loyalty/index.ts';"],
  ['packages/e2e/test/d.test.ts', "const { Points } = await import('@dure/contracts/loyalty');"],
])('refuses to remove what %s uses', async (path, text) => {
  const root = await workspaceWith('loyalty');
  write(root, path, text);
  await expect(planRemoval(root, 'loyalty', false)).rejects.toThrow(`Change them first:\n  ${path}\n`);
});

it('is not misled by a longer name', async () => {
  const root = await workspaceWith('loyalty');
  write(root, 'services/shop/serverless.yml', 'consumes: [b2b-loyalty/EntryRecorded.v1]');
  write(root, 'services/shop/src/a.ts', "import { A } from '@dure/contracts/loyalty-points';");
  await expect(planRemoval(root, 'loyalty', false)).resolves.toBeDefined();
});

it('is not stopped by text that only looks like an import', async () => {
  const root = await workspaceWith('loyalty');
  const test = 'packages/create-service/test/removal.test.ts';
  write(root, test, readFileSync(join(REPOSITORY, test), 'utf8'));
  write(root, 'services/shop/src/b.ts', "/* as in import '@dure/contracts/loyalty'; */\nexport {};\n");
  await expect(planRemoval(root, 'loyalty', false)).resolves.toBeDefined();
});

it('removes what git does not have only by force', async () => {
  const root = await workspaceWith('loyalty');
  write(root, 'services/loyalty/src/new.ts', 'export {};\n');
  await expect(planRemoval(root, 'loyalty', false)).rejects.toThrow('?? services/loyalty/src/new.ts');
  await applyEdits(root, await planRemoval(root, 'loyalty', true), steps);
  expect(existsSync(join(root, 'services', 'loyalty'))).toBe(false);
});

it('prints what it would remove although git does not have all of it', async () => {
  const root = await workspaceWith('loyalty');
  write(root, 'services/loyalty/src/new.ts', 'export {};\n');
  const { code, output } = await node(root, CLI, 'loyalty', '--remove', '--dry-run');
  expect({ code, output }).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^Would remove:\n {2}services\/loyalty\n/),
  });
  expect(output).toMatch(
    /done only with --force\. Git does not have all of it\. Commit it first:\n\?\? services\/loyalty\/src\/new\.ts\n$/,
  );
  expect(existsSync(join(root, 'services', 'loyalty'))).toBe(true);
});

it('refuses a service that is not there', async () => {
  await expect(planRemoval(smallWorkspace(), 'loyalty', false)).rejects.toThrow('There is no service "loyalty"');
});
