import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { overBudget, readBudgets } from '../../src/cold/budgets.ts';
import { bundleAll, entryOf } from '../../src/cold/bundle.ts';
import { needlessEngines } from '../../src/cold/engines.ts';
import { serviceFunctions } from '../../src/cold/functions.ts';

const FAT = join(import.meta.dirname, '..', 'fixtures', 'services');
const TARGET_KILOBYTES = 332;

/** Pipelines ask it, and wait for many seconds anyway: it carries the comparison of schemas. */
const FOR_PIPELINES = ['registry/verdictApi'];

const folder = mkdtempSync(join(tmpdir(), 'dure-budgets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shipped = await bundleAll(serviceFunctions().map(entryOf), folder);
const planted = await bundleAll(serviceFunctions(FAT).map(entryOf), join(folder, 'planted'));

describe('the budgets', () => {
  it('hold for every function as it is shipped', () => {
    expect(shipped.length).toBeGreaterThan(20);
    expect(overBudget(shipped, readBudgets())).toEqual([]);
  });

  it('allow no function that answers HTTP more than the target', () => {
    const { anyFunction, functions } = readBudgets();
    const answering = serviceFunctions().filter(({ file }) => file.endpoints !== undefined);
    const waitedFor = answering.filter(({ name }) => !FOR_PIPELINES.includes(name));
    const budgets = waitedFor.map(({ name }) => functions[name] ?? anyFunction);
    expect(Math.max(...budgets)).toBeLessThanOrEqual(TARGET_KILOBYTES);
  });

  it('refuse a function that carries whole clients, and say what weighs', () => {
    const [told, ...rest] = overBudget(planted, { anyFunction: TARGET_KILOBYTES, functions: {} });
    expect(rest).toEqual([]);
    expect(told).toMatch(/^fat\/api is \d+\.\d kB, its budget 332 kB\. Heaviest: .*@aws-sdk\/client-dynamodb [1-9]\d+/);
  });

  it('apply by function if it has its own budget', () => {
    const functions = { 'fat/api': 10_000, 'fat/slim': 0.1 };
    expect(overBudget(planted, { anyFunction: 1, functions })).toEqual([
      expect.stringMatching(/^fat\/slim is 0\.\d kB, its budget 0\.1 kB/),
    ]);
  });

  it('name no function that is not there', () => {
    expect(overBudget([], { anyFunction: 1, functions: { 'orders/gone': 1 } })).toEqual([
      'There is a budget for orders/gone, and no such function.',
    ]);
  });
});

describe('a bundle', () => {
  it('has of the binding what serves its own trigger', () => {
    const functions = serviceFunctions();
    expect(shipped.flatMap((bundle, index) => needlessEngines(bundle, functions[index]!.file))).toEqual([]);
  });

  it('is refused with what serves another trigger, and without what serves its own', async () => {
    const source = join(import.meta.dirname, '..', 'fixtures', 'mixed.ts');
    const [mixed] = await bundleAll([{ name: 'mixed/api', source }], join(folder, 'mixed'));
    const handler = 'mixed.handler';
    expect(needlessEngines(mixed!, { handler, endpoints: ['GetVersion'] })).toEqual([
      'mixed/api is triggered by http, and bundles what binds stream.',
      'mixed/api is triggered by http, and bundles what binds client.',
    ]);
    const environment = { URL_OF_THINGS: 'https://things.example.com' };
    expect(needlessEngines(mixed!, { handler, endpoints: ['GetVersion'], environment })).toEqual([
      'mixed/api is triggered by http, and bundles what binds stream.',
    ]);
    expect(needlessEngines(mixed!, { handler, consumes: ['StockReserved.v1'] })).toEqual([
      'mixed/api is triggered by queue, and does not bind it.',
    ]);
  });
});
