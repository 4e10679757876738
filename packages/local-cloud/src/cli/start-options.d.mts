import type { Callers } from '../shared/doors/callers.ts';

export interface CliOptions {
  readonly only?: readonly string[];
  readonly port: number;
  readonly data: string;
  readonly fresh: boolean;
  readonly watch: boolean;
  readonly callers: Callers;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

export const HELP: string;
export function parseOptions(args: readonly string[]): CliOptions;
