import type { Called } from './called.ts';
import type { NewEndpoint, Resource } from './route.ts';

const exampleOf = (parameters: readonly string[]) =>
  `{ ${parameters.map((name, index) => `${name}: 'A-${1001 + index}'`).join(', ')} }`;

/** The values of a resource that its endpoints share. */
export const values = ({ item }: Resource, it: Called) => `import * as z from 'zod/mini';
import { Instant, Links, text } from '../values.ts';

const Id = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    z.describe('Letters, digits, dot, underscore and hyphen, at most 64 characters'),
  );

${
  it.parents.length === 0
    ? ''
    : `/** What the path of a list of ${it.many} names. */
export const ${it.things}Path = { ${it.parents.map((name) => `${name}: Id`).join(', ')} };
export const example${it.Things}Path = ${exampleOf(it.parents)};

`
}/** What the path of one ${it.prose} names. */
export const ${it.camel}Path = { ${it.keys.map((name) => `${name}: Id`).join(', ')} };
export const example${it.pascal}Path = ${exampleOf(it.keys)};

/** What is recorded of ${it.article} ${it.prose}: in requests and answers alike. */
export const ${it.camel}Fields = { label: text(200) };
export const example${it.pascal} = { label: 'Spring campaign' };

export const ${it.pascal}View = z.strictObject({
  ...${it.camel}Path,
  ...${it.camel}Fields,
  updatedAt: Instant,
  _links: Links,
});
export const example${it.pascal}View = {
  ...example${it.pascal}Path,
  ...example${it.pascal},
  updatedAt: '2026-01-05T09:30:00.000Z',
  _links: { self: { href: '/v1${exampled(item, it.keys)}' } },
};
`;

const exampled = (path: string, keys: readonly string[]) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `A-${1001 + keys.indexOf(name)}`);

/** The endpoint itself. */
export function contract(service: string, { kind, method, path, name }: NewEndpoint, it: Called): string {
  const one = `${it.article} ${it.prose}`;
  const notFound = `problems: { '${it.kebab}-not-found': { status: 404, title: 'There is no ${it.prose} with this id' } },`;
  const answer = (extra = '') => `description: 'The ${it.prose}', body: ${it.pascal}View${extra}`;
  const ofItem = `params: z.strictObject(${it.camel}Path),`;
  const ofList =
    it.parents.length === 0
      ? ''
      : `params: z.strictObject(${it.things}Path),
  `;
  const listExample = it.parents.length === 0 ? '' : `params: example${it.Things}Path, `;
  const itemExample = `params: example${it.pascal}Path`;
  const whole = `example${it.pascal}View`;
  const parts = {
    create: {
      summary: `Creates ${one}`,
      lines: `${ofList}body: z.strictObject(${it.camel}Fields),
  idempotencyKey: 'optional',
  responses: { 201: { ${answer(", headers: ['location']")} } },
  example: { ${listExample}body: example${it.pascal}, response: ${whole} },`,
    },
    get: {
      summary: `Shows ${one}`,
      lines: `${ofItem}
  responses: { 200: { ${answer()} } },
  ${notFound}
  example: { ${itemExample}, response: ${whole} },`,
    },
    list: {
      summary: `Lists ${it.many}, by their ids`,
      lines: `${ofList}query: z.strictObject({ after: z.optional(${it.camel}Path.${it.id}), limit: z._default(PageSize, 50) }),
  responses: { 200: { description: 'A page of ${it.many}', body: page(${it.pascal}View) } },
  example: {
    ${listExample}
    query: {},
    response: { items: [${whole}], _links: { self: { href: '/v1${exampled(path, it.keys)}' } } },
  },`,
    },
    put: {
      summary: `Records ${one}, or replaces it`,
      lines: `${ofItem}
  body: z.strictObject(${it.camel}Fields),
  idempotencyKey: 'optional',
  responses: { 200: { ${answer()} } },
  example: { ${itemExample}, body: example${it.pascal}, response: ${whole} },`,
    },
    delete: {
      summary: `Removes ${one}`,
      lines: `${ofItem}
  responses: { 204: { description: 'The ${it.prose} is removed' } },
  ${notFound}
  example: { ${itemExample} },`,
    },
  }[kind];
  const body = `export const ${name} = endpoint('${service}', {
  name: '${name}',
  method: '${method}',
  path: '${path}',
  version: 1,
  summary: '${parts.summary}',
  access: { any: 'services:${method === 'GET' ? 'read' : 'write'}' },
  ${parts.lines}
});
`;
  const used = [
    `example${it.pascal}`,
    `example${it.pascal}Path`,
    `example${it.Things}Path`,
    `example${it.pascal}View`,
    `${it.camel}Fields`,
    `${it.camel}Path`,
    `${it.things}Path`,
    `${it.pascal}View`,
  ].filter((word) => new RegExp(`\\b${word}\\b`).test(body));
  return `${body.includes('z.') ? "import * as z from 'zod/mini';\n" : ''}import { endpoint } from '../contract.ts';
${kind === 'list' ? "import { page, PageSize } from '../values.ts';\n" : ''}import { ${used.join(', ')} } from './${it.kebab}.ts';

${body}`;
}
