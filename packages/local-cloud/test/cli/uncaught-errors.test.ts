import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const SCRIPT = join(import.meta.dirname, '..', 'fixtures', 'processes', 'uncaught-errors.ts');
const FULL = 'The disk is full. Make room and start again; what was answered is kept.';
const ODD = 'An unexpected error (Error: no good). Please report it.';

it.each([
  ['exception', '', 1, `${ODD} Stopping.\nstopped\n`],
  ['exception', 'ENOSPC', 1, `${FULL} Stopping.\nstopped\n`],
  ['exception', 'sqlite', 1, `${FULL} Stopping.\nstopped\n`],
  ['rejection', 'ENOSPC', 1, `${FULL} Stopping.\nstopped\n`],
  ['rejection', '', 0, `${ODD}\n`],
])('an uncaught %s %s ends with %i and no stack', (kind, code, status, said) => {
  const ended = spawnSync(process.execPath, [SCRIPT, kind, code], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect([ended.status, ended.stdout, ended.stderr]).toEqual([status, said, '']);
});
