import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Contract } from '@dure/contracts/contract';

/** A file that people edit too, and what to make of its text. */
export type Change = readonly [path: string, change: (text: string) => string];

/** What an addition is called, the files that it needs, and what it changes in others. */
export interface Plan {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly changes: readonly Change[];
}

/** Every contract of the repository at `root`, as its files declare them now. */
export async function allContracts(root: string): Promise<readonly Contract[]> {
  const path = join(root, 'packages', 'contracts', 'src', 'contracts', 'all-contracts.ts');
  return ((await import(pathToFileURL(path).href)) as { contracts: readonly Contract[] }).contracts;
}

/** A file's text; empty when it is not there. */
export const textOf = (root: string, path: string): string =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n') : '';
