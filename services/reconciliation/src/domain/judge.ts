import { type Copy, hasEnded, hasGap, lastAt } from './copy.ts';
import type { Drift, DriftKind, Finding, Repair } from './drift.ts';
import { findingsOf } from './rules.ts';

/** The number of times that a repair is requested; after that a person is needed. */
export const MAX_TRIES = 2;

export interface Times {
  readonly quietSeconds: number;
  readonly stuckSeconds: number;
}

export interface JudgeContext {
  readonly now: string;
  /** When the last event of the order arrived. */
  readonly heardAt: string;
  readonly times: Times;
  readonly newId: () => string;
}

export type OpenDrifts = Readonly<Partial<Record<DriftKind, Drift>>>;

/** The result of checking an order. */
export interface Judgement {
  readonly drifts: OpenDrifts;
  readonly found: readonly Drift[];
  readonly changed: readonly Drift[];
  /** Those that need a person from now on, because their repair did not help. */
  readonly givenUp: readonly Drift[];
  readonly resolved: readonly Drift[];
  readonly repairs: readonly Repair[];
  /** When to check again, unless an event arrives before; undefined when nothing is left to check. */
  readonly due?: string;
}

/** Checks a quiet order: compares what is wrong now with what was wrong before, and decides what to do about it. */
export function judge(copy: Copy, open: OpenDrifts, asking: JudgeContext): Judgement {
  const silentSeconds = (Date.parse(asking.now) - Date.parse(asking.heardAt)) / 1000;
  const findings = findingsOf(copy, { stuck: silentSeconds >= asking.times.stuckSeconds });
  const since = lastAt(copy) ?? asking.heardAt;
  const found = findings.filter(({ kind }) => open[kind] === undefined).map((it) => begin(it, since, asking));
  const kept = findings.flatMap((it) => continued(it, open[it.kind], asking));
  const changed = kept.filter((drift) => drift !== open[drift.kind]);
  const kinds = findings.map(({ kind }) => kind);
  // A drift found before events went missing is neither gone nor certain.
  const unsure = Object.values(open).filter(({ kind }) => hasGap(copy) && !kinds.includes(kind));
  const resolved = Object.values(open).filter(({ kind }) => !hasGap(copy) && !kinds.includes(kind));
  const drifts = Object.fromEntries([...found, ...kept, ...unsure].map((drift) => [drift.kind, drift])) as OpenDrifts;
  return {
    drifts,
    found,
    changed,
    givenUp: changed.filter((drift) => drift.needsPerson && !open[drift.kind]?.needsPerson),
    resolved,
    repairs: [...new Set([...found, ...changed].filter((it) => isTried(it, open[it.kind])).map(repairOf))],
    due: dueAt(copy, drifts, silentSeconds, asking),
  };
}

function begin(finding: Finding, since: string, { now, newId }: JudgeContext): Drift {
  const needsPerson = finding.repair === 'needs-a-person';
  const tries = needsPerson ? 0 : 1;
  return { ...finding, driftId: newId(), since, foundAt: now, updatedAt: now, tries, needsPerson };
}

/** The drift as it is now: reported again when it changed, and repaired again while that may help. */
function continued(finding: Finding, before: Drift | undefined, { now }: JudgeContext): Drift[] {
  if (before === undefined) return [];
  const mendable = finding.repair !== 'needs-a-person';
  const tries = mendable && before.tries < MAX_TRIES ? before.tries + 1 : before.tries;
  const needsPerson = before.needsPerson || !mendable || before.tries >= MAX_TRIES;
  const after = { ...before, ...finding, tries: before.needsPerson ? before.tries : tries, needsPerson };
  const same = (['expected', 'found', 'repair', 'tries', 'needsPerson'] as const).every(
    (it) => after[it] === before[it],
  );
  return [same ? before : { ...after, updatedAt: now }];
}

const isTried = (drift: Drift, before: Drift | undefined): boolean => drift.tries > (before?.tries ?? 0);

const repairOf = ({ repair, kind }: Drift): Repair => {
  if (repair === 'needs-a-person') throw new Error(`There is no repair for ${kind}.`);
  return repair;
};

const LONGEST_SECONDS = 6 * 3600;

/** Soon while a repair is tried; otherwise less often, the longer nothing arrived. An order that ended well is left alone. */
function dueAt(
  copy: Copy,
  drifts: OpenDrifts,
  silentSeconds: number,
  { now, times }: JudgeContext,
): string | undefined {
  const open = Object.values(drifts);
  if (open.length === 0 && copy.order !== undefined && hasEnded(copy.order)) return undefined;
  const tried = open.some(({ needsPerson }) => !needsPerson);
  const pause = tried ? times.quietSeconds : Math.max(times.quietSeconds, silentSeconds / 4);
  return new Date(Date.parse(now) + 1000 * Math.min(LONGEST_SECONDS, pause)).toISOString();
}
