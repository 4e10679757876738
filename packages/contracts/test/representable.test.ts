import { expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { generate } from '../generate/generate.ts';
import { contracts } from '../src/contracts/all-contracts.ts';
import { endpoint, event } from '../src/contracts/contract.ts';

const eventOf = (schema: z.ZodMiniObject) =>
  event('orders', 'OrderMoved', 1, schema, { description: 'Moved', example: {} as never });

it.each<[string, z.ZodMiniType, string]>([
  ['a date', z.date(), 'Use Instant'],
  ['a bigint', z.bigint(), 'Use an integer'],
  ['a set', z.set(z.string()), 'Use an array'],
  ['a map', z.map(z.string(), z.string()), 'Use z.record()'],
])('%s is refused by contract and field', async (_, extra, instead) => {
  const broken = eventOf(z.object({ lines: z.array(z.object({ extra })) }));
  const message = await generate([...contracts, broken]).catch((error: Error) => error.message);
  expect(message).toContain('orders/OrderMoved.v1, data.lines[].extra: a ');
  expect(message).toContain(instead);
});

it('all fields are named at once, of endpoints too', async () => {
  const broken = endpoint('orders', {
    name: 'MoveOrder',
    method: 'POST',
    path: '/moves',
    version: 1,
    summary: 'Moves an order',
    body: z.strictObject({ at: z.date() }),
    responses: { 200: { description: 'Moved', body: z.strictObject({ by: z.set(z.string()) }) } },
    example: {},
  });
  await expect(generate([...contracts, broken, eventOf(z.object({ at: z.date() }))])).rejects.toThrow(
    /orders\/MoveOrder, 200\.by: .*\norders\/MoveOrder, body\.at: .*\norders\/OrderMoved\.v1, data\.at: /,
  );
});
