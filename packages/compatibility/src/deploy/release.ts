export type Kind = 'event' | 'command' | 'endpoint';

/** `reads` an event, `sends` a command to its owner, `calls` an endpoint. */
export type Use = 'reads' | 'sends' | 'calls';

export interface Deprecation {
  /** ISO 8601, as is `sunset`. */
  readonly since: string;
  readonly sunset?: string;
  /** `orders/OrderPlaced@2` */
  readonly successor?: string;
}

export interface Provided {
  /** `orders/OrderPlaced` */
  readonly contract: string;
  readonly major: number;
  readonly kind: Kind;
  /** Hash of the schema that the release was built with. */
  readonly schema: string;
  readonly deprecated?: Deprecation;
}

export interface Required {
  readonly contract: string;
  readonly major: number;
  readonly kind: Kind;
  readonly use: Use;
  /** Paths of the fields that are read: `lines.quantity`. `[]` is none, `['*']` all. */
  readonly fields: readonly string[];
  /** Hash of the schema that the release was built against. */
  readonly schema: string;
}

/** `orders/OrderPlaced@1` */
export const nameOf = ({ contract, major }: { readonly contract: string; readonly major: number }): string =>
  `${contract}@${major}`;

/** What a release of a service provides and requires: the part of its manifest that decides. */
export interface Release {
  readonly service: string;
  /** `v1_20261130-2` */
  readonly label: string;
  /** Name of the owner. */
  readonly owner: string;
  /** An urgent fix: it need not give dependants their time. What breaks somebody still blocks. */
  readonly urgent?: boolean | undefined;
  /** It only answers by the examples of its contracts. */
  readonly mock?: boolean | undefined;
  readonly provides: readonly Provided[];
  readonly requires: readonly Required[];
}

export type LiveState = 'candidate' | 'live' | 'draining';

/** A release in a stage. */
export interface Live {
  readonly release: Release;
  readonly state: LiveState;
}

/** A release as a reason names it. */
export interface Party {
  readonly service: string;
  readonly label: string;
  readonly owner: string;
}

export interface Reason {
  readonly code: string;
  /** `orders/OrderPlaced@1`; empty where the reason is of a release as a whole. */
  readonly contract: string;
  /** Path of the field: `lines[].quantity` */
  readonly at?: string;
  readonly consumer?: Party;
  readonly provider?: Party;
  readonly what: string;
  /** What to do. */
  readonly remedy: string;
}

export interface Verdict {
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly blockers: readonly Reason[];
  readonly warnings: readonly Reason[];
  /** Services in an order of deployment that is safe at every step. */
  readonly order?: readonly string[];
  /** Services that no order of deployment makes safe. */
  readonly cycle?: readonly string[];
}
