import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8').replaceAll('\r\n', '\n');
const readme = read('README.md');

it('shows tests that are compiled and run', () => {
  const shown = [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code);
  expect(shown).toEqual([...['uploads', 'morning', 'opening-hours'].map((name) => read('test', `${name}.test.ts`))]);
});

it('names every helper', () => {
  const modules = globSync('*.ts', { cwd: join(ROOT, 'src') }).map((file) => basename(file, '.ts'));
  expect(modules.filter((module) => !readme.includes(`\`${module}\``))).toEqual([]);
});
