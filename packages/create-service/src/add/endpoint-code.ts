import { camelCase, kebabCase, plural } from '../names.ts';
import { type Called, hrefOf } from './called.ts';
import type { NewEndpoint, Resource } from './route.ts';

/** What is kept, in the domain. */
export const domain = (it: Called) => `/** What identifies ${it.article} ${it.prose}. */
export interface ${it.pascal}Key {
${it.keys.map((name) => `  readonly ${name}: string;`).join('\n')}
}

/** What is recorded of it. */
export interface ${it.pascal}Fields {
  readonly label: string;
}

export interface ${it.pascal} extends ${it.pascal}Key, ${it.pascal}Fields {
  readonly updatedAt: string;
}
`;

/** The store of a resource, in the service's table. */
export function store(it: Called): string {
  const nested = it.parents.length > 0;
  const partition = nested
    ? `${it.CONSTANTS}#${it.parents.map((name) => `<${name}>`).join('#')}`
    : `${it.CONSTANT}#<${it.id}>`;
  const sort = nested ? `${it.CONSTANT}#<${it.id}>` : it.CONSTANT;
  const literal = (key: string) => (key.includes('<') ? `\`${key.replaceAll(/<(\w+)>/g, '${$1}')}\`` : `'${key}'`);
  const parent = `Omit<${it.pascal}Key, '${it.id}'>`;
  return `import { GetCommand${nested ? ', QueryCommand' : ''} } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import type { ${it.pascal}, ${it.pascal}Key } from '../domain/${it.kebab}.ts';

/*
 * Key design.
 *
 * ${it.prose}: pk = ${partition}, sk = ${sort}; all of the ${it.prose}
 */
const keyOf = ({ ${it.keys.join(', ')} }: ${it.pascal}Key) => ({ pk: ${literal(partition)}, sk: ${literal(sort)} });

export interface ${it.Things} {
  load(key: ${it.pascal}Key): Promise<${it.pascal} | undefined>;
  /** Stores it whole, over what is there; answers it. */
  save(call: Call, ${it.camel}: ${it.pascal}): Promise<${it.pascal}>;
  /** Answers whether there was one. */
  remove(call: Call, key: ${it.pascal}Key): Promise<boolean>;
${
  nested
    ? `  /** By id, those after \`after\`; \`more\` when others follow. */
  list(of: ${parent}, page: { readonly after?: string; readonly limit: number }): Promise<${it.Things}Page>;
`
    : ''
}}
${
  nested
    ? `
export interface ${it.Things}Page {
  readonly ${it.things}: readonly ${it.pascal}[];
  readonly more: boolean;
}
`
    : ''
}
export function create${it.Things}(table: Table): ${it.Things} {
  const { client, name: TableName } = table;

  const load = async (key: ${it.pascal}Key): Promise<${it.pascal} | undefined> => {
    const { Item: item } = await client.send(new GetCommand({ TableName, Key: keyOf(key), ConsistentRead: true }));
    return item && to${it.pascal}(item);
  };

  return {
    load,

    async save(call, ${it.camel}) {
      await commit(table, call, { writes: [{ Put: { Item: { ...keyOf(${it.camel}), ...${it.camel} } } }], result: ${it.camel} });
      return ${it.camel};
    },

    async remove(call, key) {
      if ((await load(key)) === undefined) return false;
      await commit(table, call, { writes: [{ Delete: { Key: keyOf(key) } }] });
      return true;
    },
${
  nested
    ? `
    async list(of, { after = '', limit }) {
      const { pk, sk } = keyOf({ ...of, ${it.id}: after });
      const { Items: items = [], LastEvaluatedKey: rest } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: { ':pk': pk, ':after': sk },
          Limit: limit,
        }),
      );
      return { ${it.things}: items.map(to${it.pascal}), more: rest !== undefined };
    },
`
    : ''
}  };
}

function to${it.pascal}({ pk: _, sk: __, outbox: ___, ...stored }: Record<string, unknown>): ${it.pascal} {
  return stored as unknown as ${it.pascal};
}
`;
}

/** The use case of an endpoint that writes. */
export function applicationOf({ kind, name }: NewEndpoint, it: Called): string | undefined {
  if (kind !== 'create' && kind !== 'put') return undefined;
  const does =
    kind === 'create' ? `Creates ${it.article} ${it.prose}` : `Records ${it.article} ${it.prose}, or replaces it`;
  return `import type { Call } from '@dure/contracts/binding/call';
import type { ${it.pascal}, ${it.pascal}Fields, ${it.pascal}Key } from '../domain/${it.kebab}.ts';
import type { ${it.Things} } from '../store/${plural(it.kebab)}.ts';

/** ${does}. */
export const ${camelCase(kebabCase(name))} = (
  ${it.things}: ${it.Things},
  call: Call,
  key: ${it.pascal}Key,
  fields: ${it.pascal}Fields,
): Promise<${it.pascal}> => ${it.things}.save(call, { ...key, ...fields, updatedAt: call.time });
`;
}

/** How answers show it. */
export const view = ({ item }: Resource, it: Called) => `import type { ${it.pascal} } from '../domain/${it.kebab}.ts';

export const ${it.camel}View = (${it.camel}: ${it.pascal}) => ({
  ...${it.camel},
  _links: { self: { href: ${hrefOf(item, it.camel)} } },
});
`;

/** The endpoint's handler. */
export function handler(service: string, { kind, path, name }: NewEndpoint, it: Called): string {
  const use = camelCase(kebabCase(name));
  const nested = it.parents.length > 0;
  const operation = {
    create: `run: ({ ${nested ? 'params, ' : ''}body }, call) => ${use}(${it.things}, call, { ${nested ? '...params, ' : ''}${it.id}: uuidv7() }, body),
  answer: (${it.camel}) => {
    const view = ${it.camel}View(${it.camel});
    return reply(201, view, { headers: { location: view._links.self.href } });
  },`,
    get: `run: ({ params }) => ${it.things}.load(params),
  answer: (found) => (found === undefined ? problem('${it.kebab}-not-found') : reply(200, ${it.camel}View(found))),`,
    list: `run: ({ params, query }) => ${it.things}.list(params, query),
  answer: ({ ${it.things}, more }, { params, query }) => {
    const path = ${hrefOf(path, 'params')};
    const last = ${it.things}.at(-1);
    const next = more && last && { next: { href: \`\${path}?after=\${encodeURIComponent(last.${it.id})}&limit=\${query.limit}\` } };
    return reply(200, { items: ${it.things}.map(${it.camel}View), _links: { self: { href: path }, ...next } });
  },`,
    put: `run: ({ params, body }, call) => ${use}(${it.things}, call, params, body),
  answer: (${it.camel}) => reply(200, ${it.camel}View(${it.camel})),`,
    delete: `run: ({ params }, call) => ${it.things}.remove(call, params),
  answer: (existed) => (existed ? reply(204, undefined) : problem('${it.kebab}-not-found')),`,
  }[kind];
  const lines = [
    `import { http, reply } from '@dure/contracts/binding/http';`,
    `import { ${name} } from '@dure/contracts/${service}';`,
    operation.includes('problem(') && `import { problem } from '@dure/contracts/problem';`,
    kind === 'create' && `import { v7 as uuidv7 } from 'uuid';`,
    (kind === 'create' || kind === 'put') && `import { ${use} } from '../application/${kebabCase(name)}.ts';`,
    `import { ${it.things} } from '../composition.ts';`,
    kind !== 'delete' && `import { ${it.camel}View } from './${it.kebab}-view.ts';`,
  ];
  return `${lines.filter((line) => line !== false).join('\n')}

export const ${use}Handler = http(${name}, {
  ${operation}
});
`;
}
