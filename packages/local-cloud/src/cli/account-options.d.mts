import type { CommonOptions } from './common-options.mjs';

export interface AccountOptions extends CommonOptions {
  readonly data: string;
}

export const HELP: string;
export function parseAccountOptions(args: readonly string[]): AccountOptions;
