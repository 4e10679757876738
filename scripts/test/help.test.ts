import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ROOT } from '../lib/node24.mjs';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
/** Those with a script of their own; `run.mjs` has the options of the others. */
const own = Object.values(scripts).flatMap((line) => /^node (scripts\/(?!run\.)\S+)$/.exec(line)?.slice(1) ?? []);

const run = (script: string, option: string) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, script), option], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

it.each(own)('%s prints its usage, and does nothing else', (script) => {
  expect(run(script, '--help')).toEqual({ status: 0, stdout: expect.stringMatching(/^Usage: npm /), stderr: '' });
});

it('lint refuses an option that it does not know', () => {
  const argument = '--fix';
  expect(run('scripts/lint.mjs', argument)).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining(argument),
  });
});
