import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseOptions } from '../src/options.mjs';
import { planFrom, planMock } from '../src/plan-mock.ts';
import { noted } from '../src/report-mock.ts';
import { contentOf, smallWorkspace } from './small-workspace.ts';

const root = smallWorkspace();
const file = (name: string, document: object): string => {
  const path = join(root, name);
  writeFileSync(
    path,
    JSON.stringify({ openapi: '3.0.3', info: { title: 'Rate | it <b>', version: '1' }, ...document }),
  );
  return path;
};
const fine = { responses: { 200: { description: 'It' } } };
const paths = { '/ratings': { get: fine, head: fine }, '/ratings/{id}.json': { get: fine } };

describe('a service of an OpenAPI document', () => {
  it('has contracts, a mock and its place in the registers, and nothing is written yet', async () => {
    const before = contentOf(root);
    const path = file('a.json', { paths });
    const { made, changed, converted } = await planFrom(root, 'ratings', path);
    expect(contentOf(root)).toEqual({ ...before, 'a.json': expect.any(String) });
    expect([...made.keys()]).toEqual([
      'packages/contracts/src/contracts/ratings/get-ratings.ts',
      'packages/contracts/src/contracts/ratings/index.ts',
      'services/ratings/package.json',
      'services/ratings/serverless.yml',
      'services/ratings/README.md',
    ]);
    expect(parse(made.get('services/ratings/serverless.yml') ?? '')).toEqual({
      service: 'ratings',
      frameworkVersion: '4',
      plugins: ['@dure/serverless-plugin'],
      provider: '${file(../../packages/serverless-plugin/provider.yml)}',
      custom: { dure: { mock: true } },
      functions: {},
    });
    expect(changed.get('README.md')).toContain('[ratings](services/ratings/README.md)');
    expect(changed.get('README.md')).toMatch(/\| Rate it b \(a mock\) +\|/);
    expect(changed.get('serverless-compose.yml')).toContain('path: services/ratings');
    expect(changed.get('packages/contracts/package.json')).toContain('"./ratings"');
    const readme = made.get('services/ratings/README.md');
    expect(readme).toContain('`#/paths/~1ratings/head`');
    expect(readme).toContain('`#/paths/~1ratings~1{id}.json/get`');
    expect(noted('ratings', converted)).toContain('#/paths/~1ratings/head');
  });

  it('is refused if nothing of it can be a contract, or its name is taken', async () => {
    const path = file('b.json', { paths: { '/': { get: fine } } });
    await expect(planFrom(root, 'ratings', path)).rejects.toThrow(/No operation .*\n {2}#\/paths\/~1\/get: left out/);
    await expect(planFrom(root, 'journal', path)).rejects.toThrow('There is services/journal already');
    await expect(planFrom(root, 'Ratings', path)).rejects.toThrow('lower-case letters');
  });
});

describe('a mock of contracts that are there', () => {
  it('is a service without code', async () => {
    const { made, changed } = await planMock(withContracts(), 'alerts');
    expect([...made.keys()].map((path) => path.split('/').at(-1))).toEqual([
      'package.json',
      'serverless.yml',
      'README.md',
    ]);
    expect([...changed.keys()]).toEqual(['serverless-compose.yml', 'README.md', 'README.ko.md']);
  });

  it('is refused without contracts, and where the service is', async () => {
    await expect(planMock(root, 'nowhere')).rejects.toThrow('There are no contracts of "nowhere"');
    mkdirSync(join(root, 'services', 'there'));
    await expect(planMock(root, 'there')).rejects.toThrow('There is services/there already');
  });
});

it('is asked for by options that go with no other', () => {
  expect(parseOptions(['a', '--from', 'b.json'])).toMatchObject({ name: 'a', from: 'b.json' });
  expect(parseOptions(['a', '--mock'])).toMatchObject({ name: 'a', mock: true });
  expect(() => parseOptions(['a', '--from', 'b', '--mock'])).toThrow(
    '--from makes a service. It does not go with --mock',
  );
  expect(() => parseOptions(['a', '--mock', '--event', 'b'])).toThrow(
    '--mock makes a service. It does not go with --event',
  );
});

/** The list of a workspace whose services but one were taken out. */
function withContracts(): string {
  const path = join(root, 'packages', 'contracts', 'src', 'contracts', 'all-contracts.ts');
  writeFileSync(path, "import * as alerts from './alerts/index.ts';\nconst declared = [alerts];\n");
  return root;
}
