import type { Schema } from '../schema/schema.ts';
import { type Compare, comparer, once } from './compare.ts';
import { orderOf, type Precedence } from './order.ts';
import { isSame, type Problem, problemsOf, type Rules } from './problems.ts';
import { ofRelease } from './reasons.ts';
import type { Deprecation, Live, Reason, Release, Verdict } from './release.ts';
import { leavingOf, type Notice, removalsOf, type Seen } from './removals.ts';
import { World } from './world.ts';

export interface Question {
  /** Everything that is in the stage. */
  readonly live: readonly Live[];
  /** What is to be deployed: one release of a service each. */
  readonly releases: readonly Release[];
  readonly schemaOf: (hash: string) => Schema | undefined;
  /** By contract: `orders/OrderPlaced@1`. */
  readonly deprecations: Readonly<Record<string, Deprecation>>;
  readonly now: Date;
  /** Whether customers are served: no mock may go there. */
  readonly production?: boolean;
  /** Services that leave the stage: whoever stays and requires what they provide is named. */
  readonly leaving?: readonly string[];
  /** Since when a new major of a contract runs, by contract: `orders/OrderPlaced@2`. ISO 8601 */
  readonly majors?: Readonly<Record<string, string>>;
  /** So many days dependants have from a new major before an older one may go; without it, none. */
  readonly noticeDays?: number;
  /** Uses that were seen in the window that counts. They may only add blockers. */
  readonly uses?: readonly Seen[];
  /** Whether somebody has answered for what would block: it is left out then. What is unknown cannot be excused. */
  readonly excused?: (reason: Reason) => boolean;
  /** Compares two schemas by their hashes, for who keeps the answers; by `schemaOf` without it. */
  readonly compare?: Compare;
}

/**
 * Whether releases can be deployed to a stage without breaking anybody there. What is not known is no yes: the answer is
 * `unknown` then. A clear blocker is a no, whatever else is not known.
 *
 * @example
 * canDeploy({ live: [], releases: [release], schemaOf: () => undefined, deprecations: {}, now: new Date() }).answer; // 'yes'
 */
export function canDeploy(question: Question): Verdict {
  const {
    live,
    releases,
    schemaOf,
    deprecations,
    now,
    uses = [],
    leaving = [],
    majors = {},
    noticeDays = 0,
  } = question;
  const unclear = [...unclearReleases(releases, leaving), ...unclearStage(live, releases, leaving)];
  if (unclear.length > 0) return { answer: 'unknown', blockers: unclear, warnings: [] };
  const rules: Rules = { compare: once(question.compare ?? comparer(schemaOf)), deprecations, now };
  const [present, future] = [new World(live), new World(afterwards(live, releases, leaving))];
  const notice: Notice = { majors, days: noticeDays };
  const counts = ({ blocks, reason }: Problem) => blocks !== true || question.excused?.(reason) !== true;
  const alone = releases.map((release) => problemsOf(release, present, rules).filter(counts));
  const together = releases.flatMap((release) => problemsOf(release, future, rules, present)).filter(counts);
  const names = releases.map(({ service }) => service);
  // What another of the releases mends is a question of order; what it does not mend blocks.
  const waits = (problem: Problem) => problem.blocks === true && names.includes(problem.other?.service ?? '');
  const lasting = [...together, ...alone.flat().filter((problem) => !waits(problem) || isOwn(problem, releases))];
  const mocks = question.production === true ? releases.filter(({ mock }) => mock === true).map(mocked) : [];
  const removed = [
    ...releases.flatMap((release) => removalsOf(release, present, { ...rules, uses, notice })),
    ...leaving.flatMap((service) => leavingOf(service, present, future, { ...rules, uses })),
  ].filter(counts);
  const blockers = reasons([...mocks, ...lasting, ...removed], true);
  const unknown = reasons(lasting, 'unknown');
  const warnings = reasons([...together, ...removed], false);
  if (blockers.length > 0) return { answer: 'no', blockers, warnings };
  if (unknown.length > 0) return { answer: 'unknown', blockers: unknown, warnings };
  const precedences = releases.flatMap(({ service: after }, index) =>
    alone[index]!.filter(waits).map((problem): Precedence => ({ before: problem.other!.service, after })),
  );
  const { order, cycle } = orderOf(names, precedences);
  if (order !== undefined) return { answer: 'yes', blockers, warnings, order };
  const inCycle = alone.flatMap((problems, index) => (cycle.includes(names[index]!) ? problems : []));
  const knots = inCycle.filter((it) => waits(it) && cycle.includes(it.other!.service));
  return { answer: 'no', blockers: reasons(knots, true), warnings, cycle };
}

/** The stage when all releases are there: what they replace has messages under way. */
function afterwards(live: readonly Live[], releases: readonly Release[], leaving: readonly string[]): Live[] {
  const kept = live
    .filter(({ release }) => !leaving.includes(release.service))
    .filter(({ release }) => !releases.some((it) => isSame(it, release)))
    .map((it) =>
      releases.some(({ service }) => service === it.release.service) ? { ...it, state: 'draining' as const } : it,
    );
  return [...kept, ...releases.map((release) => ({ release, state: 'live' as const }))];
}

/** Whether the other end is an older version of the same service: both run while one takes the place of the other. */
const isOwn = ({ reason }: Problem, releases: readonly Release[]): boolean =>
  reason.consumer?.service === reason.provider?.service &&
  releases.some(({ service }) => service === reason.consumer?.service);

function unclearReleases(releases: readonly Release[], leaving: readonly string[]): Reason[] {
  if (releases.length === 0 && leaving.length === 0)
    return [ofRelease('nothing-to-deploy', 'No release was named.', 'Name a release.')];
  return releases.flatMap((release, index) => {
    const { service, label } = release;
    if (leaving.includes(service)) {
      return [ofRelease('release-leaves', `${service} is deployed and removed.`, 'Do one after the other.', release)];
    }
    if (isEmpty(release)) return [emptyRelease(release)];
    if (releases.findIndex((it) => it.service === service) === index) return [];
    const what = `${service} is named more than once.`;
    return [ofRelease('release-twice', what, `Deploy one release of ${service} at a time, such as ${label}.`, release)];
  });
}

/** Of what runs and registered nothing, nobody knows whom it breaks; unless it leaves, or a release takes its place. */
function unclearStage(live: readonly Live[], releases: readonly Release[], leaving: readonly string[]): Reason[] {
  return live
    .filter(({ release, state }) => state !== 'draining' && isEmpty(release))
    .filter(({ release }) => !releases.some(({ service }) => service === release.service))
    .filter(({ release }) => !leaving.includes(release.service))
    .map(({ release }) => emptyRelease(release));
}

const mocked = (release: Release): Problem => ({
  blocks: true,
  reason: ofRelease(
    'mock-in-production',
    `${release.service} ${release.label} is a mock: it answers everybody by the examples of its contracts.`,
    `Deploy ${release.service} itself, or the mock to another stage.`,
    release,
  ),
});

const isEmpty = ({ provides, requires }: Release): boolean => provides.length === 0 && requires.length === 0;

const emptyRelease = (release: Release): Reason =>
  ofRelease(
    'release-empty',
    `${release.service} ${release.label} registered nothing that it provides or requires.`,
    `Register ${release.service} with its manifest.`,
    release,
  );

/** Both ends of a pair may be released at once: it is named once. */
function reasons(problems: readonly Problem[], blocks: Problem['blocks']): Reason[] {
  const found = new Map<string, Reason>();
  for (const { reason, blocks: it } of problems) {
    const { what: _what, remedy: _remedy, ...same } = reason;
    const key = JSON.stringify([same, reason.contract === '' ? reason.what : '']);
    if (it === blocks && !found.has(key)) found.set(key, reason);
  }
  return [...found.values()];
}
