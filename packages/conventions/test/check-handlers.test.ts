import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { checkHandlers } from '../src/check-handlers.mjs';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const check = (path: string, text: string) => {
  const root = mkdtempSync(join(tmpdir(), 'dure-handlers-'));
  folders.push(root);
  const file = join(root, 'services', 'orders', 'src', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return checkHandlers(root);
};

test.each([
  ['http/place-order.handler.ts', 'export const placeOrderHandler = http(PlaceOrder, {});\n'],
  ['events/reserve-stock.handler.ts', 'export const reserveStockHandler = on(\n  consumes(ReserveStock), run);\n'],
])('accepts %s', (path, text) => {
  expect(check(path, text)).toEqual({ handlers: 1, problems: [] });
});

test('ignores files without handlers', () => {
  expect(check('http/order-view.ts', 'export const orderView = () => 1;\n')).toEqual({ handlers: 0, problems: [] });
});

test.each([
  [
    'http/place-order.ts',
    'export const placeOrderHandler = http(PlaceOrder, {});\n',
    'rename it to place-order.handler.ts',
  ],
  ['http/place-order.handler.ts', 'export const placeOrder = http(PlaceOrder, {});\n', 'not placeOrderHandler'],
  ['http/add-order.handler.ts', 'export const addOrderHandler = http(PlaceOrder, {});\n', 'handles PlaceOrder'],
  ['application/place-order.handler.ts', 'export const placeOrder = () => 1;\n', 'exports 0 handlers'],
  [
    'http/orders.handler.ts',
    'export const ordersHandler = http(A, {});\nexport const otherHandler = http(B, {});\n',
    'exports 2 handlers',
  ],
])('finds the violation in %s', (path, text, problem) => {
  expect(check(path, text).problems).toEqual([expect.stringContaining(problem)]);
});
