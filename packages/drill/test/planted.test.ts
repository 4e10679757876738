import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PLANTED } from '../src/planted/bugs.ts';
import { copyWorkspace, edited } from '../src/planted/workspace.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const COPY_MS = 300_000;
const relay = {
  file: 'packages/contracts/src/binding/relay.ts',
  from: 'const MAX_ENTRIES = 10;',
  to: 'const MAX_ENTRIES = 9;',
};

describe('planted bugs', () => {
  it.each(Object.entries(PLANTED))('%s: finds the lines that it changes', async (_, { edits }) => {
    for (const edit of edits) {
      const source = await readFile(join(ROOT, ...edit.file.split('/')), 'utf8');
      expect(edited(source, edit)).toContain(edit.to);
    }
  });

  it('are rejected when their text is missing', () => {
    expect(() => edited('one\ntwo\n', { file: 'a.ts', from: 'three', to: '' })).toThrow('a.ts has "three" 0 times');
    expect(() => edited('one\none\n', { file: 'a.ts', from: 'one', to: '' })).toThrow('a.ts has "one" 2 times');
  });

  it(
    'are in a copy of the workspace, which is removed afterwards',
    async () => {
      const { root, remove } = await copyWorkspace([relay]);
      expect(
        await readFile(join(root, 'node_modules', '@dure', 'contracts', 'src', 'binding', 'relay.ts'), 'utf8'),
      ).toContain(relay.to);
      await access(join(root, 'services', 'orders', 'serverless.yml'));
      await remove();
      await expect(access(root)).rejects.toThrow('ENOENT');
      expect(await readFile(join(ROOT, ...relay.file.split('/')), 'utf8')).toContain(relay.from);
    },
    COPY_MS,
  );
});
