/** What runs in a stage. `token` numbers its events, so that a recording can be conditional on what was judged. */
export interface LiveSet {
  readonly token: number;
  readonly bootstrap: 'open' | 'closed';
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly service: string;
  readonly label: string;
  /** Name of the owner. */
  readonly owner: string;
  readonly state: 'candidate' | 'live' | 'draining';
  /** ISO 8601, as is `until`. */
  readonly since: string;
  readonly until?: string;
  readonly urgent?: boolean;
  /** Since when the new majors that it provides run, beside or instead of older ones: `orders/OrderPlaced@2`. */
  readonly majors?: Readonly<Record<string, string>>;
}

/** Where a service of a stage answers. */
export interface Endpoint {
  readonly region: string;
  readonly url: string;
}

export interface Recording {
  readonly service: string;
  readonly label: string;
  readonly owner: string;
  readonly state: 'candidate' | 'live' | 'removed';
  readonly bootstrap: boolean;
  readonly endpoints?: readonly Endpoint[];
  readonly urgent?: boolean | undefined;
  /** The new majors among what it provides, of a release that goes live. */
  readonly majors?: Readonly<Record<string, string>> | undefined;
  /** The token that the caller has seen. */
  readonly expected: string;
  /** Ids of what the verdict that lets it go has excused. */
  readonly overrides?: readonly string[] | undefined;
}

export interface Recorded {
  readonly put: readonly Entry[];
  readonly remove: readonly Entry[];
  readonly replaced: readonly string[];
  readonly bootstrap: 'open' | 'closed';
  readonly registered: readonly Endpoint[];
  readonly left: readonly Endpoint[];
}

export type RecordingRejection =
  'precondition-failed' | 'stage-not-bootstrapped' | 'stage-bootstrapped' | 'too-many-versions';

/** A dead letter is kept for so long, and may be sent again until then. */
export const DRAINING_DAYS = 14;
/**
 * A release that was announced and neither became live nor was taken back, because its pipeline was killed, counts no
 * longer: https://docs.github.com/en/actions/reference/limits ends a job after so long.
 */
export const CANDIDATE_HOURS = 6;
/** All entries of a service may be written in one transaction. */
const MAX_VERSIONS = 20;

/**
 * What recording a deployment does to a stage; `unchanged` if it is recorded already, whatever else has happened since a
 * release went live or left.
 *
 * @param live undefined while nothing was ever recorded
 * @param answers where the service answers now
 */
export function decideRecording(
  live: LiveSet | undefined,
  answers: readonly Endpoint[],
  recording: Recording,
  now: string,
): Recorded | RecordingRejection | 'unchanged' {
  const { service, label, owner, state, majors = {} } = recording;
  const others = (live?.entries ?? []).filter((it) => it.service === service && it.label !== label);
  const entry = live?.entries.find((it) => it.service === service && it.label === label);
  const left = endpointsLeft(answers, recording, others);
  const registered = (recording.endpoints ?? []).filter((it) => !answers.some((one) => same(one, it)));
  const isCurrent = recording.expected === String(live?.token ?? 0);
  if (isRecorded(entry, state, now) && left.length === 0 && registered.length === 0) {
    // A candidate is announced by a verdict, which was of another stage.
    return state === 'candidate' && !isCurrent ? 'precondition-failed' : 'unchanged';
  }
  if (!isCurrent) return 'precondition-failed';
  const urgent = state !== 'removed' && (recording.urgent === true || entry?.urgent === true);
  const running = (live?.entries ?? []).some((it) => it.state !== 'draining');
  if (recording.bootstrap && live?.bootstrap === 'closed' && running) return 'stage-bootstrapped';
  if (!recording.bootstrap && live === undefined) return 'stage-not-bootstrapped';
  if (entry === undefined && others.length >= MAX_VERSIONS) return 'too-many-versions';
  const replaced = state === 'live' ? others.filter((it) => it.state === 'live') : [];
  const drained = [...replaced, ...(state === 'removed' && entry?.state === 'live' ? [entry] : [])];
  return {
    put: [
      ...(state === 'removed' || isRecorded(entry, state, now)
        ? []
        : [begun({ service, label, owner, state, urgent, majors }, now)]),
      ...drained.map((it): Entry => ({ ...it, state: 'draining', since: now, until: daysAfter(now, DRAINING_DAYS) })),
    ],
    remove: state === 'removed' && entry?.state === 'candidate' ? [entry] : [],
    replaced: replaced.map((it) => it.label),
    bootstrap: recording.bootstrap ? 'open' : 'closed',
    registered,
    left,
  };
}

type Begun = Required<Pick<Entry, 'service' | 'label' | 'owner' | 'state' | 'urgent' | 'majors'>>;

const begun = ({ urgent, majors, ...it }: Begun, now: string): Entry => ({
  ...it,
  since: now,
  ...(it.state === 'candidate' && { until: hoursAfter(now, CANDIDATE_HOURS) }),
  ...(urgent && { urgent }),
  ...(it.state === 'live' && Object.keys(majors).length > 0 && { majors }),
});

/**
 * A live release stays live when it is announced again, and one that drains is removed already. A candidate that is
 * announced again in the second half of its time has all of it again.
 */
function isRecorded(entry: Entry | undefined, state: Recording['state'], now: string): boolean {
  if (state === 'removed') return entry === undefined || entry.state === 'draining';
  if (entry?.state !== 'candidate') return entry?.state === 'live';
  return state === 'candidate' && entry.until !== undefined && entry.until > hoursAfter(now, CANDIDATE_HOURS / 2);
}

/** Addresses that are no longer named, or of a service that has gone. */
function endpointsLeft(answers: readonly Endpoint[], recording: Recording, others: readonly Entry[]): Endpoint[] {
  const { state, endpoints } = recording;
  if (state === 'removed') return others.some((it) => it.state !== 'draining') ? [] : [...answers];
  if (endpoints === undefined) return [];
  return answers.filter((one) => !endpoints.some((it) => it.region === one.region));
}

const same = (one: Endpoint, other: Endpoint): boolean => one.region === other.region && one.url === other.url;

/** Entries that still count: a draining one does until its messages are gone, a candidate for some hours. */
export const counting = (entries: readonly Entry[], now: string): Entry[] =>
  entries.filter(({ until }) => until === undefined || until > now);

const hoursAfter = (time: string, hours: number): string => daysAfter(time, hours / 24);

/** The instant so many days later. */
export const daysAfter = (time: string, days: number): string =>
  new Date(Date.parse(time) + days * 86_400_000).toISOString();
