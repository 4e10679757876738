import type { QuotaSettings } from './documents.ts';
import type { Usage } from './store.ts';

const DAY_MS = 86_400_000;

/** `2026-01-31`, in UTC. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/**
 * The first day of the period that `time` is in. A week begins with the day `offset` (0 is Sunday), a month with its
 * day `offset` + 1.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-usageplan-quotasettings.html
 */
export function periodStart({ period, offset }: QuotaSettings, time: number): string {
  const date = new Date(time);
  if (period === 'WEEK') return dayOf(time - ((date.getUTCDay() - offset + 7) % 7) * DAY_MS);
  if (period === 'DAY') return dayOf(time);
  const inThisMonth = date.getUTCDate() > offset;
  return dayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - (inThisMonth ? 0 : 1), offset + 1));
}

/** Requests of a key in the current period. */
export function usedInPeriod(usage: Usage, plan: string, key: string, quota: QuotaSettings, time: number): number {
  const days = usage.days(plan, key, periodStart(quota, time), dayOf(time));
  return days.reduce((sum, { used }) => sum + used, 0);
}

/**
 * What GetUsage answers: for each day from `first` to `last`, `[used, remaining]`. What remains is 0 without a quota.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html
 */
export function usageByDay(
  usage: Usage,
  { plan, key, quota }: { plan: string; key: string; quota?: QuotaSettings | undefined },
  first: string,
  last: string,
): [number, number][] {
  const byDay: [number, number][] = [];
  for (let time = Date.parse(first); time <= Date.parse(last); time += DAY_MS) {
    const day = dayOf(time);
    const used = usage.days(plan, key, day, day)[0]?.used ?? 0;
    const remaining = quota === undefined ? 0 : quota.limit - usedInPeriod(usage, plan, key, quota, time);
    byDay.push([used, Math.max(0, remaining)]);
  }
  return byDay;
}
