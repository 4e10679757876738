import { daysAfter } from './live-set.ts';

/** A deprecation of a contract. `version` counts the contract's events. */
export interface Deprecation {
  /** `orders/OrderPlaced@1` */
  readonly contract: string;
  readonly since: string;
  readonly sunset?: string;
  readonly successor?: string;
  readonly acknowledgements: readonly Acknowledgement[];
  /** The notices of this sunset that went out, in days before it; whole weeks after it are less than zero. */
  readonly noticed: readonly number[];
  readonly version: number;
}

export interface Acknowledgement {
  readonly consumer: string;
  readonly who: string;
  readonly at: string;
}

export interface Terms {
  readonly since: string;
  readonly sunset?: string | undefined;
  readonly successor?: string | undefined;
}

const NOTICES = [30, 7, 1];

/** The deprecation with new terms; undefined when it has them. Another sunset is announced anew. */
export function withTerms(contract: string, before: Deprecation | undefined, terms: Terms): Deprecation | undefined {
  const { successor } = terms;
  const since = instant(terms.since);
  const sunset = terms.sunset === undefined ? undefined : instant(terms.sunset);
  const fields = { since, ...(sunset !== undefined && { sunset }), ...(successor !== undefined && { successor }) };
  if (before?.since === since && before.sunset === sunset && before.successor === successor) return undefined;
  return {
    contract,
    ...fields,
    acknowledgements: before?.acknowledgements ?? [],
    noticed: before?.sunset === sunset ? (before?.noticed ?? []) : [],
    version: (before?.version ?? 0) + 1,
  };
}

/** With an acknowledgement; undefined when the consumer's owner has said so before. */
export function acknowledged(before: Deprecation, acknowledgement: Acknowledgement): Deprecation | undefined {
  if (before.acknowledgements.some(({ consumer }) => consumer === acknowledgement.consumer)) return undefined;
  const acknowledgements = [...before.acknowledgements, acknowledgement];
  return { ...before, acknowledgements, version: before.version + 1 };
}

/** With the notice that is due now, one at a time: the nearest. Earlier ones that were missed do not come late. */
export function noticed(before: Deprecation, now: string): { after: Deprecation; days: number } | undefined {
  const { sunset } = before;
  if (sunset === undefined || sunset <= now) return undefined;
  const due = NOTICES.filter((days) => daysAfter(sunset, -days) <= now);
  const days = due.at(-1);
  if (days === undefined || before.noticed.includes(days)) return undefined;
  return {
    after: { ...before, noticed: [...new Set([...before.noticed, ...due])], version: before.version + 1 },
    days,
  };
}

/**
 * With the notice that is due now that the sunset has passed: at once, and then every week. One that was missed does not
 * come late.
 */
export function overdue(before: Deprecation, now: string): { after: Deprecation; weeks: number } | undefined {
  const { sunset } = before;
  if (sunset === undefined || sunset > now) return undefined;
  const weeks = Math.floor((Date.parse(now) - Date.parse(sunset)) / (7 * 86_400_000));
  const mark = weeks === 0 ? 0 : -7 * weeks;
  if (before.noticed.some((told) => told <= mark)) return undefined;
  const noticed = [...before.noticed.filter((told) => told > 0), mark];
  return { after: { ...before, noticed, version: before.version + 1 }, weeks };
}

/** In one spelling, so that instants can be compared as text. */
const instant = (time: string): string => new Date(time).toISOString();
