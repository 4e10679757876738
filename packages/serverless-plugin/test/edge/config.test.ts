import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { canarySchema } from '../../src/canary/config.ts';
import { DEFAULT_THROTTLE, DEFAULT_USAGE_PLAN, edgeSchema } from '../../src/edge/config.ts';

const PLUGIN = join(import.meta.dirname, '..', '..');
const ajv = new Ajv();

describe('the settings of the edge', () => {
  const readme = readFileSync(join(PLUGIN, 'README.md'), 'utf8');
  const [, block = ''] = /```yaml\n(custom:\n {2}dure:\n {4}edge:[^]*?)```/.exec(readme) ?? [];
  const { edge } = (parse(block) as { custom: { dure: { edge: object } } }).custom.dure;
  const valid = ajv.compile(edgeSchema);

  it('are the defaults in the README', () => {
    expect(valid(edge)).toBe(true);
    expect(edge).toMatchObject({ throttle: DEFAULT_THROTTLE, usagePlan: DEFAULT_USAGE_PLAN });
  });

  it.each([
    ['an unknown setting', { throttling: { rate: 1, burst: 1 } }],
    ['no burst', { throttle: { rate: 1 } }],
    ['a rate of nothing', { throttle: { rate: 0, burst: 1 } }],
    ['half a request', { usagePlan: { rate: 1, burst: 1, quota: 0.5 } }],
    ['addresses that are not text', { allow: [10] }],
  ])('refuse %s', (_, wrong) => expect(valid(wrong)).toBe(false));
});

describe('the settings of a canary', () => {
  const valid = ajv.compile(canarySchema);

  it('name CodeDeploy’s ways of shifting traffic, by stage', () => {
    expect(valid({ prod: 'Canary10Percent5Minutes', staging: 'Linear10PercentEvery1Minute', qa: 'AllAtOnce' })).toBe(
      true,
    );
  });

  it.each([
    ['a way that there is not', { prod: 'Linear10PercentEvery5Minutes' }],
    ['a laptop', { local: 'AllAtOnce' }],
    ['no stage', 'AllAtOnce'],
  ])('refuse %s', (_, wrong) => expect(valid(wrong)).toBe(false));
});
