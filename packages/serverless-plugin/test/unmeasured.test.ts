import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { BusinessAlarm } from '../src/alarms/settings.ts';
import { refuseUnmeasured } from '../src/alarms/unmeasured.ts';
import type { FunctionConfig } from '../src/types.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'dure-unmeasured-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  mkdirSync(join(folder, 'src'));
  writeFileSync(
    join(folder, 'src', 'sweep.ts'),
    "export const handler = scheduled('sweep', async () => ({ stuck: await count() }));\n",
  );
  writeFileSync(join(folder, 'src', 'events.ts'), "export const handler = consumer('events', [seedSown]);\n");
});

const functions: Record<string, FunctionConfig> = {
  api: { handler: 'src/events.handler', endpoints: ['GetSeed.v2'] },
  sweep: { handler: 'src/sweep.handler' },
  relay: { handler: 'src/sweep.handler', relay: true },
};
const alarm = (more: Partial<BusinessAlarm>): BusinessAlarm => ({
  ...{ name: 'a', description: 'It is so.', operation: 'sweep', outcome: 'ok', metric: 'stuck' },
  ...{ statistic: 'Maximum', threshold: 0, period: 60, periods: 1, ...more },
});
const refusal = (more: Partial<BusinessAlarm>) => () => refuseUnmeasured(folder, functions, [alarm(more)]);

it.each<Partial<BusinessAlarm>>([
  {},
  { operation: 'GetSeed', outcome: 'refused', metric: 'duration' },
  { operation: 'events.SeedSown.v1', outcome: 'retry', metric: 'duration' },
  { operation: 'relay', outcome: 'refused', metric: 'duration' },
])('takes an alarm on what functions measure: %j', (more) => {
  expect(refusal(more)).not.toThrow();
});

it.each<[Partial<BusinessAlarm>, string]>([
  [
    { operation: 'swep' },
    'custom.dure.alarms.business.0.operation: no function measures "swep", so that the alarm would never go off; the nearest are "sweep"',
  ],
  [{ operation: 'GetSead', metric: 'duration' }, 'the nearest are "GetSeed"'],
  [{ operation: 'event.SeedSown.v1' }, 'no function measures "event.SeedSown.v1"'],
  [{ operation: 'GetSeed', outcome: 'failed', metric: 'duration' }, 'end with ok, refused, error, never "failed"'],
  [{ operation: 'GetSeed', metric: 'stuck' }, 'custom.dure.alarms.business.0.metric: GetSeed has one metric, duration'],
  [{ metric: 'stucked' }, 'has no "stucked"'],
])('refuses one that would never go off: %j', (more, sentence) => {
  expect(refusal(more)).toThrow(sentence);
});

it('compares nothing where the code cannot be read', () => {
  const unread = { ...functions, other: { handler: 'src/none.handler' } };
  expect(() => refuseUnmeasured(folder, unread, [alarm({ operation: 'swep' })])).not.toThrow();
});

interface Configuration {
  readonly custom?: { readonly dure?: { readonly alarms?: { readonly business?: BusinessAlarm[] } } };
  readonly functions: Record<string, FunctionConfig>;
}

it.each(
  readdirSync(join(ROOT, 'services'), { withFileTypes: true }).flatMap((it) => (it.isDirectory() ? [it.name] : [])),
)('takes those of %s', (name) => {
  const service = join(ROOT, 'services', name);
  const { custom, functions: all } = parse(readFileSync(join(service, 'serverless.yml'), 'utf8'), {
    logLevel: 'error',
  }) as Configuration;
  expect(() => refuseUnmeasured(service, all, custom?.dure?.alarms?.business ?? [])).not.toThrow();
});
