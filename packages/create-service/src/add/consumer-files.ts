import { camelCase, kebabCase, pascalCase } from '../names.ts';

/** A message to consume: its contract's owner and name, and the fields of its data. */
export interface ConsumedEvent {
  readonly owner: string;
  readonly name: string;
  readonly fields: readonly string[];
}

/** Keeps a copy of what each subject's newest event says, and proves it. Content by path. */
export function consumerFiles(service: string, { owner, name, fields }: ConsumedEvent): Map<string, string> {
  const event = kebabCase(name);
  const use = camelCase(event);
  const Copy = `${pascalCase(event)}Copy`;
  const Copies = `${pascalCase(event)}Copies`;
  const copies = `${use}Copies`;
  const KEY = event.replaceAll('-', '_').toUpperCase();
  return new Map([
    [
      `services/${service}/src/domain/${event}-copy.ts`,
      `import type { ${name} } from '@dure/contracts/${owner}';

/** What the newest ${name} of a subject says. */
export interface ${Copy} {
  readonly subject: string;
  /** Its number among the subject's events. */
  readonly sequence: number;
  readonly data: Pick<(typeof ${name})['example'], ${fields.map((field) => `'${field}'`).join(' | ')}>;
}

/** A message that arrives twice or late has nothing new. */
export const isNewer = (copy: ${Copy}, before: ${Copy} | undefined): boolean =>
  before === undefined || copy.sequence > before.sequence;
`,
    ],
    [
      `services/${service}/src/store/${event}-copies.ts`,
      `import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import type { ${Copy} } from '../domain/${event}-copy.ts';

/*
 * Key design.
 *
 * copy: pk = ${KEY}#<subject>, sk = ${KEY}; sequence, data
 */
const keyOf = (subject: string) => ({ pk: \`${KEY}#\${subject}\`, sk: '${KEY}' });

export interface ${Copies} {
  load(subject: string): Promise<${Copy} | undefined>;
  /** Saves what was decided upon \`before\`. */
  save(call: Call, before: ${Copy} | undefined, copy: ${Copy}): Promise<void>;
}

export function create${Copies}(table: Table): ${Copies} {
  const { client, name: TableName } = table;
  return {
    async load(subject) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: keyOf(subject), ConsistentRead: true }),
      );
      return item && { subject, sequence: Number(item['sequence']), data: item['data'] as ${Copy}['data'] };
    },

    async save(call, before, { subject, sequence, data }) {
      const condition =
        before === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#sequence = :before',
              ExpressionAttributeNames: { '#sequence': 'sequence' },
              ExpressionAttributeValues: { ':before': before.sequence },
            };
      await commit(table, call, { writes: [{ Put: { Item: { ...keyOf(subject), sequence, data }, ...condition } }] });
    },
  };
}
`,
    ],
    [
      `services/${service}/src/application/keep-${event}.ts`,
      `import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { isNewer, type ${Copy} } from '../domain/${event}-copy.ts';
import type { ${Copies} } from '../store/${event}-copies.ts';

/** Keeps what the newest event of a subject says. */
export const keep${pascalCase(event)} = (copies: ${Copies}, call: Call, copy: ${Copy}): Promise<void> =>
  retryOnConflict(async () => {
    const before = await copies.load(copy.subject);
    if (isNewer(copy, before)) await copies.save(call, before, copy);
  });
`,
    ],
    [
      `services/${service}/src/events/${event}.handler.ts`,
      `import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { ${name} } from '@dure/contracts/${owner}';
import { keep${pascalCase(event)} } from '../application/keep-${event}.ts';
import { ${copies} } from '../composition.ts';

/** The service keeps its own copy. Name only the fields that it uses: a change of the others does not concern it. */
export const ${use}Handler = on(
  consumes(${name}, [${fields.map((field) => `'${field}'`).join(', ')}]),
  ({ subject, sequence = 0, data }, call) => keep${pascalCase(event)}(${copies}, call, { subject, sequence, data }),
);
`,
    ],
    [
      `services/${service}/test/${event}.test.ts`,
      `import { randomUUID } from 'node:crypto';
import { ${name} } from '@dure/contracts/${owner}';
import { busRecord } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { deliver } from './service.ts';

const { ${copies} } = await import('../src/composition.ts');

const data = ${name}.example;
const message = (subject: string, sequence: number, more = {}) =>
  busRecord({ contract: ${name}, subject, sequence, data, ...more });

it('keeps the newest of a subject, delivered twice, late and sent again', async () => {
  const [subject, id] = [randomUUID(), randomUUID()];
  const records = [message(subject, 2, { id }), message(subject, 2, { id }), message(subject, 1), message(subject, 2)];
  for (const record of records) expect(await deliver(record)).toEqual({ batchItemFailures: [] });
  const copied = { ${fields.map((field) => `${field}: data.${field}`).join(', ')} };
  expect(await ${copies}.load(subject)).toEqual({ subject, sequence: 2, data: copied });
  await deliver(message(subject, 3));
  expect(await ${copies}.load(subject)).toMatchObject({ sequence: 3 });
});
`,
    ],
  ]);
}
