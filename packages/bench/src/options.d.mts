import type { Options } from './support/report.ts';

export const HELP: string;
export const PARTS: readonly string[];

export interface ParsedOptions extends Options {
  readonly parts: readonly string[];
  readonly help: boolean;
}

export function parseOptions(args: readonly string[]): ParsedOptions;
