import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { breaksOf, inThread, type Made, register, type Work } from '../src/local.ts';
import { startRegistry } from './fake-registry.ts';
import { beds, seeds } from './seeds.ts';

const SERVICES = join(import.meta.dirname, '..', '..', '..', 'services');
const bundles = mkdtempSync(join(tmpdir(), 'dure-local-'));
afterAll(() => rmSync(bundles, { recursive: true }));

const made = (...manifests: Made['manifests']): Made => ({ manifests, faults: [], labels: { beds: 'v1_20260101-1' } });

it('says whom saved contracts would break of what runs, in the words of the gate', () => {
  const running = made(seeds('sort', 'depth'), beds('depth'));
  const words = breaksOf(running, made(seeds('sort'), beds('depth')), 'local');
  expect(words).toMatch(/^✗ May not be deployed to local \(seeds saved\)\n/);
  expect(words).toMatch(/beds v1_20260101-1 +Team Beds +seeds\/SeedSown@1 +depth\n {4}depth is gone/);
});

it('says nothing while nobody would break', () => {
  const running = made(seeds('sort', 'depth'), beds('depth'));
  expect(breaksOf(running, running, 'local')).toBeUndefined();
  expect(breaksOf(running, made(seeds('sort', 'depth', 'colour'), beds('depth')), 'local')).toBeUndefined();
  expect(breaksOf(made(beds('depth')), made(seeds('sort'), beds('depth')), 'local')).toBeUndefined();
});

it('registers what runs, and records it as running', async () => {
  const fake = await startRegistry();
  try {
    const asked = beds('sort');
    const provides = [
      { contract: 'beds/GetBed', major: 1, kind: 'endpoint' as const, schema: seeds('sort').provides[0]!.schema },
    ];
    const labels = await register({ baseUrl: fake.url }, 'local', [seeds('sort'), { ...asked, provides }]);
    expect(labels).toEqual({ seeds: 'v1_20260101-1', beds: 'v1_20260101-1' });
    expect(fake.recorded).toEqual(['live seeds v1_20260101-1', 'live beds v1_20260101-1']);
    // What has an API is listed with its address.
    expect(fake.addresses).toEqual({ seeds: [], beds: [`${new URL(fake.url).origin}/beds/local`] });
  } finally {
    await fake.stop();
  }
});

it('makes manifests in a thread of its own: of the sources as they are, and the bundles', async () => {
  mkdirSync(join(bundles, 'src'), { recursive: true });
  const functions = { api: { handler: 'src/http/index.handler' } };
  const one = { service: 'journal', folder: join(SERVICES, 'journal'), functions, bundles };
  const other = { service: 'ownerless', folder: bundles, functions: {}, bundles };
  writeFileSync(join(bundles, 'package.json'), '{}');
  const fake = await startRegistry();
  const work: Work = { stage: 'local', commit: 'c0ffee', services: [one, other] };
  try {
    for (const [code, label] of [
      ['1', 'v0_20260101-1'],
      ['2', 'v0_20260101-2'],
    ] as const) {
      writeFileSync(join(bundles, 'src', 'api.cjs'), code);
      expect(await inThread({ ...work, registry: { baseUrl: fake.url } }, new AbortController().signal)).toMatchObject({
        manifests: [{ service: 'journal', commit: 'c0ffee' }],
        faults: [
          expect.stringContaining('ownerless: services/ownerless/package.json, dure: every service has an owner'),
        ],
        labels: { journal: label },
      });
    }
    expect(await inThread(work, new AbortController().signal)).toMatchObject({
      manifests: [{ digest: '' }],
      labels: {},
    });
  } finally {
    await fake.stop();
  }
});

it('makes of saved contracts what a comparison needs, without reading any code', async () => {
  const functions = { views: { handler: 'src/none.handler', endpoints: ['ListEvents'] } };
  const journal = { service: 'journal', folder: join(SERVICES, 'journal'), functions, bundles };
  const work: Work = { stage: 'local', commit: 'c0ffee', services: [journal], part: 'provides' };
  const { manifests } = await inThread(work, new AbortController().signal);
  expect(manifests).toMatchObject([{ requires: [] }]);
  expect(manifests[0]!.provides.map(({ contract }) => contract)).toContain('journal/ListEvents');
});

it('ends when it is told to', async () => {
  const controller = new AbortController();
  const work: Work = { stage: 'local', commit: 'c0ffee', services: [] };
  const ending = inThread(work, controller.signal);
  controller.abort();
  await expect(ending).rejects.toThrow('The thread has ended.');
});
