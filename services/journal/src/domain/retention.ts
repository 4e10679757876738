const DAY_SECONDS = 86_400;

/** Parses a retention setting in days; 0 means forever. @throws Error when the text is not a number of days */
export function retentionDays(setting: string): number {
  const days = Number(setting);
  if (setting.trim() === '' || !Number.isInteger(days) || days < 0)
    throw new Error(`"${setting}" is not a number of days.`);
  return days;
}

/** When an item kept for `days` from an instant (ISO 8601) expires, in seconds since 1970; undefined for never. */
export const expiryOf = (instant: string, days: number): number | undefined =>
  days === 0 ? undefined : Math.floor(Date.parse(instant) / 1000) + days * DAY_SECONDS;

/** Foreign events are only of use for a while. */
const FOREIGN_DAYS = 90;

/** Days for which foreign events are kept, never longer than other events. */
export const foreignDays = (recordDays: number): number =>
  recordDays === 0 ? FOREIGN_DAYS : Math.min(FOREIGN_DAYS, recordDays);

/**
 * When the record of an event expires. It is kept for `days` after the event happened, so that recording it again, by a
 * replay say, does not keep its personal data longer. An event that is older than that when it arrives is kept for a day:
 * DynamoDB never deletes what expired more than five years ago.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
 */
export function recordExpiry(happenedAt: string, recordedAt: string, days: number): number | undefined {
  const [happened, recorded] = [happenedAt, recordedAt].map((instant) => expiryOf(instant, days));
  if (happened === undefined || recorded === undefined) return undefined;
  return Math.max(Math.min(happened, recorded), recorded - (days - 1) * DAY_SECONDS);
}
