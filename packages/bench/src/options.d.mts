import type { Options } from './support/report.ts';

export const HELP: string;
export const PARTS: readonly string[];

export interface ParsedOptions extends Options {
  readonly parts: readonly string[];
  readonly help: boolean;
  /** The revision that `compare` measures too; undefined without `compare`. */
  readonly against: string | undefined;
  /** How often `compare` measures each revision. */
  readonly rounds: number;
}

export function parseOptions(args: readonly string[]): ParsedOptions;
