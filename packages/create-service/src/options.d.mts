import type { Addition } from './add/plan.ts';

export interface Options {
  readonly name: string;
  readonly aggregate?: string;
  /** An OpenAPI file. */
  readonly from?: string;
  /** Whether its contracts are there, and nothing else is made than a mock. */
  readonly mock?: boolean;
  /** Of a service that exists. */
  readonly add?: Addition;
  readonly remove: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly help: boolean;
}
export const HELP: string;
export function parseOptions(args: string[]): Options;
