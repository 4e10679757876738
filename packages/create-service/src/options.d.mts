import type { Addition } from './add/plan.ts';

export interface Options {
  readonly name: string;
  readonly aggregate?: string;
  /** Of a service that exists. */
  readonly add?: Addition;
  readonly remove: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly help: boolean;
}
export const HELP: string;
export function parseOptions(args: string[]): Options;
