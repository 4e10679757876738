import { camelCase, pascalCase } from '../names.ts';

/** What an event of a service's own thing is declared and decided by, and its test. Content by path. */
export function eventFiles(service: string, aggregate: string, event: string): Map<string, string> {
  const [Event, decide] = [pascalCase(event), camelCase(event)];
  const [Thing, thing] = [pascalCase(aggregate), camelCase(aggregate)];
  const prose = aggregate.replaceAll('-', ' ');
  const article = /^[aeiou]/.test(prose) ? 'an' : 'a';
  const happened = event.slice(aggregate.length + 1).replaceAll('-', ' ');
  return new Map([
    [
      `packages/contracts/src/contracts/${service}/${event}.ts`,
      `import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { example${Thing}, example${Thing}Id, ${thing}Fields, ${Thing}Id } from './${aggregate}.ts';

export const ${Event} = event('${service}', '${Event}', 1, z.object({ ${thing}Id: ${Thing}Id, ...${thing}Fields }), {
  description: '${article === 'an' ? 'An' : 'A'} ${prose}: ${happened}.',
  example: { ${thing}Id: example${Thing}Id, ...example${Thing} },
});
`,
    ],
    [
      `services/${service}/src/domain/${event}.ts`,
      `import type { ${Thing} } from './${aggregate}.ts';
import type { ${Thing}Event } from './${aggregate}-events.ts';

/** Decides the event: ${prose} ${happened}. It must exist. */
export function ${decide}(state: ${Thing} | undefined): ${Thing}Event[] | '${aggregate}-not-found' {
  if (state === undefined) return '${aggregate}-not-found';
  const { version: _, updatedAt: __, ...recorded } = state;
  return [{ type: '${Event}', ...recorded }];
}
`,
    ],
    [
      `services/${service}/test/${event}.test.ts`,
      `import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { ${Event} } from '@dure/contracts/${service}';
import { expect, it } from '@jest/globals';
import { change${Thing} } from '../src/application/change-${aggregate}.ts';
import { ${decide} } from '../src/domain/${event}.ts';
import { published, store } from './service.ts';

it('is published with all that is recorded, numbered after what came before', async () => {
  const data = { ...${Event}.example, ${thing}Id: \`A-\${randomUUID()}\` };
  await store.save(beginCall(), undefined, [{ type: '${Thing}Recorded', ...data }]);
  const after = await change${Thing}(store, beginCall(), data.${thing}Id, ${decide});
  expect(after).toMatchObject({ version: 2 });
  expect((await published(data.${thing}Id)).at(-1)).toMatchObject({ type: ${Event}.type, sequence: 2, data });
});

it('needs ${article} ${prose}', async () => {
  const after = await change${Thing}(store, beginCall(), randomUUID(), ${decide});
  expect(after).toEqual({ rejected: '${aggregate}-not-found' });
});
`,
    ],
  ]);
}
