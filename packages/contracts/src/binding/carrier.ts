import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { OUTBOX } from './outbox.ts';

type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';

/** One write of a change, on the service's own table. */
export type Write = { [K in Kind]: { readonly [Name in K]: Omit<NonNullable<Item[K]>, 'TableName'> } }[Kind];

/** What the first item that a change puts or updates carries besides its state. */
export interface Carried {
  readonly [OUTBOX]?: string;
  readonly marks?: Readonly<Record<string, number>>;
}

export const canCarry = (write: Write): boolean => 'Put' in write || 'Update' in write;

/**
 * Adds to the first Put or Update what it carries. The others carry nothing, not even what an earlier change left: the
 * relay publishes an item's messages whenever it is written with some.
 */
export function carry(writes: readonly Write[], carried: Carried): Write[] {
  const carrier = writes.findIndex(canCarry);
  return writes.map((write, index) => {
    const added = index === carrier ? carried : {};
    if ('Put' in write) return { Put: { ...write.Put, Item: { ...write.Put.Item, [OUTBOX]: undefined, ...added } } };
    return 'Update' in write ? { Update: update(write.Update, added) } : write;
  });
}

type Update = Extract<Write, { Update: unknown }>['Update'];

function update(write: Update, carried: Carried): Update {
  const added = Object.entries({ [OUTBOX]: undefined, ...carried });
  const set = added.filter(([, value]) => value !== undefined);
  const removed = added.filter(([, value]) => value === undefined).map(([name]) => name);
  const assigned = set.map(([name]) => `${name} = :${name}`);
  return {
    ...write,
    UpdateExpression: withClause(withClause(write.UpdateExpression, 'SET', assigned), 'REMOVE', removed),
    ...(set.length > 0 && {
      ExpressionAttributeValues: {
        ...write.ExpressionAttributeValues,
        ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
      },
    }),
  };
}

/** An expression has each clause once at most. */
function withClause(expression = '', clause: 'SET' | 'REMOVE', parts: readonly string[]): string {
  if (parts.length === 0) return expression;
  const begun = new RegExp(`(?<![:#.\\w])${clause}\\s+`, 'i');
  return begun.test(expression)
    ? expression.replace(begun, (keyword) => `${keyword}${parts.join(', ')}, `)
    : `${expression} ${clause} ${parts.join(', ')}`.trim();
}
