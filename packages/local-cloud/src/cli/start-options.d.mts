import type { CommonOptions } from './common-options.mjs';

export interface CliOptions extends CommonOptions {
  readonly only?: readonly string[];
  readonly inspect?: readonly string[];
  readonly mock?: readonly string[];
  readonly port: number;
  readonly data: string;
  readonly watch: boolean;
}

export const DATA: string;
export const HELP: string;
export function parseOptions(args: readonly string[]): CliOptions;
