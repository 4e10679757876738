import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { alarmsOf, serviceFolders } from './services.ts';

it('the README says what the alarms of all services cost', () => {
  const counts = serviceFolders
    .filter((folder) => !folder.includes('templates'))
    .map((folder) => alarmsOf(folder).length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8').replaceAll('\n', ' ');
  expect(readme).toContain(`Today's services have ${all} alarms, $${(all / 10).toFixed(2)} a month and stage`);
});
