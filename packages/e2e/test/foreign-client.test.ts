import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { findPython, runClient } from '@dure/testing/python';

const GENERATED = fileURLToPath(new URL('../../contracts/generated', import.meta.url));
const SLOW_MS = 300_000;

interface Seen {
  readonly orderId: string;
  readonly status: string;
  readonly events: readonly string[];
  readonly journal: readonly string[];
  readonly refusal: string;
}

/**
 * The generated files with one place changed: `path` leads to it, and what is there now becomes what `change` makes of
 * it.
 */
async function changed(file: string, path: readonly string[], change: (found: never) => unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dure-generated-'));
  await cp(GENERATED, folder, { recursive: true });
  const document = JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, never>;
  let parent: Record<string, never> = document;
  for (const name of path.slice(0, -1)) parent = parent[name] ?? {};
  const last = path.at(-1) ?? '';
  parent[last] = change(parent[last] as never) as never;
  await writeFile(join(folder, file), JSON.stringify(document));
  return folder;
}

function clientTests(python: string): void {
  const { url } = cloudUnderTest();

  it(
    'places an order and reads its events using only the generated files',
    async () => {
      const { code, output, errors } = await runClient(python, GENERATED, url);
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      const seen = JSON.parse(output) as Seen;
      expect(seen).toMatchObject({
        status: 'completed',
        events: ['OrderPlaced.v1', 'OrderConfirmed.v1', 'OrderShipped.v1', 'OrderCompleted.v1'],
        refusal: 'urn:dure:problem:invalid-request',
      });
      expect(seen.journal).toEqual(
        expect.arrayContaining([
          'dure.inventory.ReserveStock.v1',
          'dure.payments.PaymentCaptured.v1',
          'dure.shipping.OrderDispatched.v1',
          'dure.orders.OrderCompleted.v1',
        ]),
      );
      await invariantsHold(cloudUnderTest(), { orderIds: [seen.orderId] });
    },
    SLOW_MS,
  );

  const order = ['components', 'schemas', 'Order'];
  it.each([
    ['openapi/orders.json', [...order, 'properties', 'sequence', 'type'], () => 'string', /sequence: 1 is not of type/],
    ['openapi/orders.json', [...order, 'required'], (names: string[]) => [...names, 'colour'], /colour is missing/],
    ['openapi/orders.json', ['paths', '/v1/orders', 'post', 'responses', '202'], () => undefined, /no such answer/],
    [
      'asyncapi.json',
      ['components', 'messages', 'orders.OrderPlaced.v1', 'name'],
      () => 'x',
      /does not have dure.orders/,
    ],
    ['json-schema/orders/OrderPlaced.v1.json', ['properties', 'lines', 'maxItems'], () => 0, /more items than 0/],
  ])(
    'notices when %s says something else at %j',
    async (file, path, change, complaint) => {
      const folder = await changed(file, path, change as (found: never) => unknown);
      const { code, errors } = await runClient(python, folder, url);
      await rm(folder, { recursive: true });
      expect(code).toBe(1);
      expect(errors).toMatch(complaint);
    },
    SLOW_MS,
  );
}

const python = findPython();
describe('a client in Python', () => {
  if (python !== undefined) return clientTests(python);
  it('is skipped without Python 3', () => {
    console.warn('NOT TESTED: the client in another language. Install Python 3 to run it.');
  });
});
