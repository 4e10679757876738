import type { Change } from '../domain/change.ts';
import { counting, type Entry } from '../domain/live-set.ts';
import { inForce } from '../domain/override.ts';
import type { ChangeStore } from '../store/change-store.ts';
import type { Page } from '../store/pages.ts';
import type { Stores } from './judge.ts';
import { pageOf } from './page-of.ts';

type Needed = Pick<Stores, 'stages' | 'contracts' | 'overrides'> & { readonly changes: ChangeStore };

export interface ChangeQuery {
  readonly view: 'history' | 'plan' | 'current';
  readonly stage?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** What has happened, what is due, or what is in force; undefined when the cursor is not one of that list. */
export async function listChanges(needed: Needed, query: ChangeQuery, now: string): Promise<Page<Change> | undefined> {
  const { view, stage } = query;
  if (view === 'history') return needed.changes.list(stage, query);
  const changes = view === 'plan' ? await plan(needed, stage, now) : await current(needed, stage ?? '', now);
  return pageOf(changes, positionOf, query);
}

const positionOf = ({ at, kind, service = '', label = '', contract = '', what }: Change): string =>
  [at, kind, service, label, contract, what].join('#');

/** Sunsets of all stages; of one, also what drains and the overrides that end. */
async function plan(
  { stages, contracts, overrides }: Needed,
  stage: string | undefined,
  now: string,
): Promise<Change[]> {
  const [live, deprecations, excuses] = await Promise.all([
    stage === undefined ? undefined : stages.load(stage),
    contracts.deprecations(),
    overrides.all(),
  ]);
  return [
    ...deprecations.flatMap(({ contract, sunset }): Change[] =>
      sunset === undefined || sunset <= now
        ? []
        : [{ at: sunset, kind: 'sunset', contract, what: `${contract} is there until then.` }],
    ),
    ...counting(live?.entries ?? [], now).flatMap(({ service, label, state, until }): Change[] =>
      until === undefined || state !== 'draining'
        ? []
        : [{ at: until, kind: 'draining-ends', stage, service, label, what: `${service} ${label} has drained.` }],
    ),
    ...excuses
      .filter((it) => inForce(it, now) && (stage === undefined || it.stage === stage))
      .map((it): Change => ({
        ...{ at: it.until, kind: 'override-ends', stage: it.stage, contract: it.contract, actor: it.actor },
        what: `The override of ${it.contract} by ${it.who} ends.`,
      })),
  ];
}

/** What a stage runs, since when, and what is deprecated or excused. */
async function current({ stages, contracts, overrides }: Needed, stage: string, now: string): Promise<Change[]> {
  const [live, deprecations, excuses] = await Promise.all([
    stages.load(stage),
    contracts.deprecations(),
    overrides.all(),
  ]);
  return [
    ...counting(live?.entries ?? [], now).map((entry): Change => running(stage, entry)),
    ...deprecations.map(({ contract, since, successor }): Change => ({
      ...{ at: since, kind: 'contract-deprecated', contract },
      what: `${contract} is deprecated${successor === undefined ? '' : `; ${successor} replaces it`}.`,
    })),
    ...excuses
      .filter((it) => inForce(it, now) && it.stage === stage)
      .map((it): Change => ({
        ...{ at: it.recordedAt, kind: 'override-recorded', stage, contract: it.contract, actor: it.actor },
        what: `${it.who} overrides what ${it.contract} would block, until ${it.until}: ${it.why}`,
      })),
  ];
}

const running = (stage: string, { service, label, state, since }: Entry): Change => ({
  ...{ at: since, kind: 'deployment-recorded', stage, service, label },
  what: `${service} ${label} is ${state} in ${stage}.`,
});
