/** Days for which something is kept, by a setting; 0 is for ever. Throws for a text that is not a number of days. */
export function retentionDays(setting: string): number {
  const days = Number(setting);
  if (setting.trim() === '' || !Number.isInteger(days) || days < 0)
    throw new Error(`"${setting}" is not a number of days.`);
  return days;
}

/** When what is kept for days from an instant (ISO 8601) on is forgotten, in seconds since 1970; undefined for never. */
export const expiryOf = (instant: string, days: number): number | undefined =>
  days === 0 ? undefined : Math.floor(Date.parse(instant) / 1000) + days * 86_400;

/** What is foreign is of use to who looks into it soon. */
const FOREIGN_DAYS = 90;

/** Days for which what is foreign is kept, where the record is kept for `recordDays`: no longer than that. */
export const foreignDays = (recordDays: number): number =>
  recordDays === 0 ? FOREIGN_DAYS : Math.min(FOREIGN_DAYS, recordDays);
