import type { Outcome } from './run-drill.ts';

/** The results of a drill, as JSON; several can be summed. */
export interface Report {
  readonly seeds: readonly number[];
  readonly orders: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly kinds: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  readonly crashes: number;
  readonly awayMs: number;
  readonly redriven: number;
  readonly cancelled: number;
  readonly refundedByHand: number;
  readonly changes: number;
  readonly mailedAgain: number;
  /** While a service was absent: the requests to the others, and the longest response time in milliseconds. */
  readonly asked?: { readonly requests: number; readonly slowestMs: number };
  /** The longest of all, in milliseconds. */
  readonly quietAfterMs: number | undefined;
  readonly hoursPassed: number;
  readonly tookMs: number;
  readonly violations: readonly string[];
  readonly unchecked: readonly string[];
}

export function reportOf(outcome: Outcome): Report {
  const { story, acted, injected, settled, asked } = outcome;
  return {
    seeds: [story.seed],
    orders: acted.length,
    endings: outcome.endings,
    kinds: [...new Set(story.faults.map(({ kind }) => kind))].sort(),
    faults: grouped(injected.counts),
    crashes: injected.crashes,
    awayMs: injected.awayMs,
    redriven: settled.redriven,
    cancelled: acted.filter(({ cancelled }) => cancelled).length,
    refundedByHand: acted.filter(({ refunded }) => refunded > 0).length,
    changes: story.changes.length,
    mailedAgain: outcome.mailedAgain,
    ...(asked !== undefined && { asked: { requests: asked.requests, slowestMs: asked.slowestMs } }),
    quietAfterMs: settled.quietAfterMs,
    hoursPassed: settled.hoursPassed,
    tookMs: outcome.tookMs,
    violations: outcome.violations,
    unchecked: outcome.unchecked,
  };
}

/** Sums reports. */
export function summed(reports: readonly Report[]): Report {
  const sum = (of: (report: Report) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const asked = reports.flatMap((report) => report.asked ?? []);
  const union = (of: (report: Report) => readonly string[]): string[] => [...new Set(reports.flatMap(of))];
  return {
    seeds: reports.flatMap(({ seeds }) => seeds),
    orders: sum(({ orders }) => orders),
    endings: added(reports.map(({ endings }) => endings)),
    kinds: union(({ kinds }) => kinds).sort(),
    faults: added(reports.map(({ faults }) => faults)),
    crashes: sum(({ crashes }) => crashes),
    awayMs: sum(({ awayMs }) => awayMs),
    redriven: sum(({ redriven }) => redriven),
    cancelled: sum(({ cancelled }) => cancelled),
    refundedByHand: sum(({ refundedByHand }) => refundedByHand),
    changes: sum(({ changes }) => changes),
    mailedAgain: sum(({ mailedAgain }) => mailedAgain),
    ...(asked.length > 0 && {
      asked: {
        requests: asked.reduce((total, { requests }) => total + requests, 0),
        slowestMs: Math.max(...asked.map(({ slowestMs }) => slowestMs)),
      },
    }),
    quietAfterMs: reports.some(({ quietAfterMs }) => quietAfterMs === undefined)
      ? undefined
      : Math.max(...reports.map(({ quietAfterMs = 0 }) => quietAfterMs)),
    hoursPassed: Math.max(...reports.map(({ hoursPassed }) => hoursPassed)),
    tookMs: sum(({ tookMs }) => tookMs),
    violations: reports.flatMap(({ violations }) => violations),
    unchecked: union(({ unchecked }) => unchecked),
  };
}

function added(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count] of counts.flatMap(Object.entries<number>)) total[name] = (total[name] ?? 0) + count;
  return Object.fromEntries(Object.entries(total).sort(([one], [other]) => one.localeCompare(other)));
}

/** `killed orders-local-relay` → `killed functions`: groups counts that differ by function only. */
function grouped(counts: Readonly<Record<string, number>>): Record<string, number> {
  return added(Object.entries(counts).map(([fault, count]) => ({ [groupOf(fault)]: count })));
}

function groupOf(fault: string): string {
  if (fault.startsWith('killed ')) return 'functions killed';
  if (fault.startsWith('delivered again')) return 'deliveries made again';
  if (fault.startsWith('held back')) return 'deliveries held back';
  if (fault.startsWith('clock of')) return 'invocations with a wrong clock';
  if (fault.endsWith(' was absent')) return 'invocations refused by an absent service';
  return /^(DynamoDB|SQS|EventBridge|Step Functions) \w+ (.*)$/.exec(fault)?.slice(1, 3).join(' ') ?? fault;
}

export function reportText(report: Report): string {
  const rows = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`);
  const { asked, quietAfterMs, unchecked, violations } = report;
  return [
    `${report.orders} orders with seed ${report.seeds.join(', ')}, in ${seconds(report.tookMs)}`,
    ...rows(report.endings),
    `  ${String(report.cancelled).padStart(8)}  cancellations requested, ${report.refundedByHand} manual refunds, ${report.changes} changes of stock and prices`,
    `Faults: ${report.kinds.join(', ')}`,
    ...rows({ ...report.faults, 'crashes of the whole cloud': report.crashes }),
    `The cloud was down for ${seconds(report.awayMs)} in total`,
    ...(asked === undefined
      ? []
      : [
          `${asked.requests} requests to the others while a service was absent, the slowest ${seconds(asked.slowestMs)}`,
        ]),
    `${report.redriven} dead letters were sent back`,
    ...(report.mailedAgain > 0 ? [`${report.mailedAgain} mails were sent again after an interrupted attempt`] : []),
    quietAfterMs === undefined ? 'It did not become quiet' : `Quiet ${seconds(quietAfterMs)} after the last fault`,
    ...(report.hoursPassed > 0 ? [`The clocks of the sweeps were advanced by ${report.hoursPassed} hours`] : []),
    ...unchecked.map((what) => `Not checked: ${what}`),
    `${violations.length} violations`,
    ...violations.slice(0, MAX_SHOWN).map((what) => `  ${what}`),
  ].join('\n');
}

const MAX_SHOWN = 20;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
