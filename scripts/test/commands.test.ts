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
