import type { Deprecation } from '../src/contracts/contract.ts';

/** What a reader of the documents has to know of a version that goes away; nothing of one that stays. */
export const goesAway = (deprecated: Deprecation | undefined): string[] =>
  deprecated === undefined
    ? []
    : [`Deprecated since ${deprecated.since}, gone after ${deprecated.sunset}: use version ${deprecated.successor}.`];
