import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { alarmsOf } from './services.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const shop = JSON.parse(readFileSync(join(ROOT, 'packages', 'eject', 'shop.json'), 'utf8')) as { services: string[] };

it("the README says what the alarms of the shop's services cost", () => {
  const services = ['journal', 'alerts', ...shop.services];
  const counts = services.map((name) => alarmsOf(join(ROOT, 'services', name)).length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8').replaceAll('\n', ' ');
  expect(readme).toContain(`The shop's services have ${all} alarms, $${(all / 10).toFixed(2)} a month and stage`);
});
