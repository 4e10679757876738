import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type File, hashOf, type Site } from './site.ts';

/** A file as it is served. Its bodies are `<hash>.br` and `<hash>.gz`. */
export interface StoredFile {
  readonly hash: string;
  readonly type: string;
  readonly immutable?: true;
}

/** `files.json`: by address below the API, then by language; `''` where the language does not matter. */
export type StoredSite = Readonly<Record<string, Readonly<Record<string, StoredFile>>>>;

const LIST = 'files.json';

/** A tenth larger than at 11, in a tenth of the time: `npm start` waits for it once. */
const BROTLI_QUALITY = 9;

/**
 * Writes the site into a folder: each file compressed with brotli and with gzip, under the hash of its content, and a
 * list. The list comes last, so that a folder with one is complete. Files of an earlier site are removed.
 */
export function writeSite(site: Site, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const list: Record<string, Record<string, StoredFile>> = {};
  const written = new Set([LIST]);
  for (const [address, files] of site) {
    list[address] = {};
    for (const [language, file] of Object.entries(files)) {
      const hash = hashOf(file.body);
      list[address][language] = { hash, type: file.type, ...(file.immutable && { immutable: true as const }) };
      for (const [end, compress] of Object.entries(COMPRESSED)) {
        const name = `${hash}.${end}`;
        written.add(name);
        if (!existsSync(join(folder, name))) writeWhole(join(folder, name), compress(file));
      }
    }
  }
  writeWhole(join(folder, LIST), Buffer.from(JSON.stringify(list satisfies StoredSite)));
  for (const name of readdirSync(folder)) if (!written.has(name)) rmSync(join(folder, name), { force: true });
}

const COMPRESSED: Readonly<Record<string, (file: File) => Buffer>> = {
  br: ({ body }) =>
    brotliCompressSync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      },
    }),
  gz: ({ body }) => gzipSync(body, { level: 9 }),
};

/** Another process that writes the same finds either nothing or the whole file. */
function writeWhole(path: string, content: Buffer): void {
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, content);
  renameSync(part, path);
}
