import type { Callers } from '../shared/doors/callers.ts';

export declare const HELP: string;
export declare function parseAccountOptions(args: string[]): {
  port: number | undefined;
  data: string;
  fresh: boolean;
  callers: Callers;
  json: boolean;
  verbose: boolean;
  help: boolean;
};
