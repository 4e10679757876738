import type { Deployed } from './deployed.ts';

/** Asks a deployed service what its README says: why the answer is another, or undefined where it is the same. */
export type Check = (service: Deployed) => Promise<string | undefined>;

export interface Example {
  /** Files to write before the deploy: what a README asks its reader to fill in. */
  readonly files?: Readonly<Record<string, string>>;
  /** Placeholders of its files with what stands for them. */
  readonly fill?: Readonly<Record<string, string>>;
  /** Commands of its packages that a README runs before the deploy: `tsc`. */
  readonly build?: readonly string[];
  /** Where a README names one: `dev` otherwise. */
  readonly stage?: string;
  /** Where a README names one, and serverless.yml does not. */
  readonly region?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What its README asks to have in the account before. */
  readonly before?: Check;
  /** Folders of its services in the order of their deploys, where there are several. */
  readonly services?: readonly string[];
  /** In their order. */
  readonly checks?: readonly Check[];
  /** Why there are no checks. */
  readonly unasked?: string;
}
