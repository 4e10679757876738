/** Parses a retention setting in days; 0 means forever. @throws Error when the text is not a number of days */
export function retentionDays(setting: string): number {
  const days = Number(setting);
  if (setting.trim() === '' || !Number.isInteger(days) || days < 0)
    throw new Error(`"${setting}" is not a number of days.`);
  return days;
}

/** When an item kept for `days` from an instant (ISO 8601) expires, in seconds since 1970; undefined for never. */
export const expiryOf = (instant: string, days: number): number | undefined =>
  days === 0 ? undefined : Math.floor(Date.parse(instant) / 1000) + days * 86_400;

/** Foreign events are only of use for a while. */
const FOREIGN_DAYS = 90;

/** Days for which foreign events are kept, never longer than other events. */
export const foreignDays = (recordDays: number): number =>
  recordDays === 0 ? FOREIGN_DAYS : Math.min(FOREIGN_DAYS, recordDays);
