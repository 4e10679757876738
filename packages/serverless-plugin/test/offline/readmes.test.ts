import { basename } from 'node:path';
import { expect, it } from '@jest/globals';
import { readmeOf, serviceFolders } from '../services.ts';

/** A README's text about `sls offline` under _Try it_. */
const shown = (service: string): string =>
  `\`\`\`sh\ncd services/${service} && npx sls offline\ncurl localhost:3000/dev/v1/health\n\`\`\`\n`;

const tryIt = (readme: string): string => /^## Try it$([^]*?)(?=^## |$(?![^]))/m.exec(readme)?.[1] ?? '';

const says = (readme: string, service: string): boolean =>
  tryIt(readme).includes(shown(service)) && tryIt(readme).includes('(../../docs/offline.md)');

it.each(serviceFolders.map((folder) => [basename(folder), folder]))('the README of %s says how', (service, folder) => {
  expect(says(readmeOf(folder), service)).toBe(true);
});

it('is reported if it is missing, or about another service', () => {
  const good = `## Try it\n\n[how](../../docs/offline.md)\n\n${shown('catalog')}`;
  expect(says(good, 'catalog')).toBe(true);
  expect(says(good, 'orders')).toBe(false);
  expect(says(`## Try it\n\n## Runbook\n${good.replace('## Try it', '')}`, 'catalog')).toBe(false);
});
