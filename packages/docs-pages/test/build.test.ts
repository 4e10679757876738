import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { readAssets } from '../src/assets.ts';
import { buildSite } from '../src/build.ts';
import type { StoredSite } from '../src/write-site.ts';

const contracts = fileURLToPath(new URL('../../contracts/generated', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'docs-pages-'));
const folder = join(root, '.docs');
afterAll(() => rmSync(root, { recursive: true }));

const list = (): StoredSite => JSON.parse(readFileSync(join(folder, 'files.json'), 'utf8')) as StoredSite;

describe('the built folder', () => {
  it('has each file twice, compressed, and the same in both', async () => {
    expect(await buildSite(contracts, folder)).toBe(true);
    const { hash } = list()['/docs']!['ko']!;
    const text = brotliDecompressSync(readFileSync(join(folder, `${hash}.br`)));
    expect(String(text)).toContain('<html lang="ko">');
    expect(gunzipSync(readFileSync(join(folder, `${hash}.gz`)))).toEqual(text);
  });

  it('is built once from the same, and again from something else', async () => {
    const before = statSync(join(folder, 'files.json')).mtimeMs;
    expect(await buildSite(contracts, folder)).toBe(false);
    expect(statSync(join(folder, 'files.json')).mtimeMs).toBe(before);
    writeFileSync(`${folder}.stamp`, 'another');
    writeFileSync(join(folder, 'old.br'), '');
    expect(await buildSite(contracts, folder)).toBe(true);
    expect(readdirSync(folder)).not.toContain('old.br');
  });

  it('is the same, byte for byte, wherever it is built', async () => {
    const other = join(root, 'other');
    await buildSite(contracts, other);
    expect(readdirSync(other)).toEqual(readdirSync(folder));
    for (const name of readdirSync(other))
      expect(readFileSync(join(other, name))).toEqual(readFileSync(join(folder, name)));
  });

  it('fits into an answer of Lambda, which has 6 MB at most', () => {
    const sizes = Object.values(list()).flatMap((files) => Object.values(files).map(({ hash }) => `${hash}.gz`));
    const plain = sizes.map((name) => gunzipSync(readFileSync(join(folder, name))).length);
    expect(Math.max(...plain) * (4 / 3)).toBeLessThan(5_500_000);
  });
});

it('makes no code of text and asks nobody, in the scripts of the bus', async () => {
  const script = String((await readAssets())['bus.mjs']);
  expect(script).not.toMatch(/new Function\(|[^.\w]eval\(/);
});
