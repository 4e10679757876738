import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TestCheckout {
  readonly path: string;
  remove(): void;
}

/** A folder with files of a test's own, named from tests/aws/services. */
export function checkoutOf(files: Readonly<Record<string, string | object>>): TestCheckout {
  const path = mkdtempSync(join(tmpdir(), 'dure-recordings-'));
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, 'tests', 'aws', 'services', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Recorded answers in the form of a snapshot file; each name is that of a function in a file. */
export const snapshotOf = (file: string, cases: Readonly<Record<string, object>>): object =>
  Object.fromEntries(
    Object.entries(cases).map(([name, content]) => [
      `tests/aws/services/${file}::${name}`,
      { 'recorded-date': '01-01-2026, 00:00:00', 'recorded-content': content },
    ]),
  );
