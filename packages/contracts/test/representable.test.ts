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
  ['a file', z.file(), 'Use a string in base64'],
  ['a promise', z.promise(z.string()), 'Use what it resolves to'],
])('%s is refused by contract and field', async (_, extra, instead) => {
  const broken = eventOf(z.object({ lines: z.array(z.object({ extra })) }));
  const message = await generate([...contracts, broken]).catch((error: Error) => error.message);
  expect(message).toContain('orders/OrderMoved.v1, data.lines[].extra: z.');
  expect(message).toContain(instead);
});

const answering = (extra: z.ZodMiniType) =>
  endpoint('orders', {
    name: 'MoveOrder',
    method: 'POST',
    path: '/moves',
    version: 1,
    summary: 'Moves an order',
    access: 'public',
    body: z.strictObject({ extra }),
    responses: { 200: { description: 'Moved', body: z.strictObject({ extra }) } },
    example: {},
  });

it.each<[string, z.ZodMiniType, string]>([
  ['a conversion', z.pipe(z.string(), z.transform(Number)), 'transform'],
  ['a codec', z.codec(z.string(), z.date(), { decode: (text) => new Date(text), encode: String }), 'date'],
])('%s is refused where it is answered, and may be sent', async (_, extra, type) => {
  const message = await generate([...contracts, answering(extra)]).catch((error: Error) => error.message);
  expect(message).toMatch(new RegExp(`^orders/MoveOrder, 200\\.extra: z.${type}\\(\\) cannot be expressed .*$`));
});

it('all fields are named at once, of endpoints too', async () => {
  const broken = endpoint('orders', {
    name: 'MoveOrder',
    method: 'POST',
    path: '/moves',
    version: 1,
    summary: 'Moves an order',
    access: 'public',
    body: z.strictObject({ at: z.date() }),
    responses: { 200: { description: 'Moved', body: z.strictObject({ by: z.set(z.string()) }) } },
    example: {},
  });
  await expect(generate([...contracts, broken, eventOf(z.object({ at: z.date() }))])).rejects.toThrow(
    /orders\/MoveOrder, body\.at: .*\norders\/MoveOrder, 200\.by: .*\norders\/OrderMoved\.v1, data\.at: /,
  );
});
