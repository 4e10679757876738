import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { COMMANDS } from '../commands.mjs';
import { ROOT } from '../lib/node24.mjs';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const RUN = /^node scripts\/run\.mjs (\S+)(?: (.+))?$/;

it('every command is an npm script of its name', () => {
  const named = Object.entries(scripts).flatMap(([script, line]) => {
    const [, command, more] = RUN.exec(line) ?? [];
    return command === undefined ? [] : [{ script, command, more }];
  });
  expect(
    named
      .filter(({ more }) => more === undefined)
      .map(({ script }) => script)
      .sort(),
  ).toEqual(Object.keys(COMMANDS).sort());
  for (const { script, command, more } of named) {
    expect(COMMANDS).toHaveProperty([command]);
    if (more === undefined) expect(command).toBe(script);
  }
});

it.each(Object.entries(COMMANDS))('%s has an entry, and a help text where it checks options', (_, command) => {
  expect(existsSync(join(ROOT, command.entry))).toBe(true);
  expect(command.help === undefined).toBe(command.parse === undefined);
});

it.each([
  [
    'start',
    'npm_config_services',
    'npm took --services for itself. Options of the command follow two hyphens: npm start -- --services …',
  ],
  ['new-service', 'npm_config_dry_run', 'follow two hyphens: npm run new-service -- --dry-run …'],
])('%s is not run as if an option were not there that npm took: %s', (command, variable, sentence) => {
  const env = { ...process.env, [variable]: 'x' };
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'run.mjs'), command], { env });
  expect({ status, stderr: String(stderr) }).toEqual({ status: 1, stderr: expect.stringContaining(sentence) });
});
