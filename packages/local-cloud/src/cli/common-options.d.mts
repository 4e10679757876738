import type { ParseArgsOptionsConfig } from 'node:util';
import type { Callers } from '@dure/local-http/access-rules';

export interface CommonOptions {
  /** Without it, the command's own default. */
  readonly port: number | undefined;
  readonly data: string | undefined;
  readonly fresh: boolean;
  readonly callers: Callers;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

export const CALLERS_HELP: string;
export const OUTPUT_HELP: string;
export function parseCommon(
  args: readonly string[],
  own?: ParseArgsOptionsConfig,
): { common: CommonOptions; values: Readonly<Record<string, unknown>> };
