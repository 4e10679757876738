import { nameOf } from '@dure/compatibility';
import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { type Deprecation, withTerms } from '../domain/deprecation.ts';
import { decideRecording, type Entry, type Recording, type RecordingRejection } from '../domain/live-set.ts';
import { majorsOf } from '../domain/notices.ts';
import { inForce } from '../domain/override.ts';
import type { StoredRelease } from '../domain/release.ts';
import type { Stores } from './judge.ts';

export interface Deployment extends Omit<Entry, 'state' | 'owner'> {
  readonly stage: string;
  readonly state: Entry['state'] | 'removed';
  readonly token: number;
  readonly replaced: readonly string[];
}

/**
 * Records that a release is in a stage, or has left it, on the condition that the live set is the one that the caller
 * has seen, and that what the verdict has excused still is. With a live release, what its manifest deprecates is
 * deprecated.
 */
export async function recordDeployment(
  { releases, stages, contracts, overrides }: Pick<Stores, 'releases' | 'stages' | 'contracts' | 'overrides'>,
  call: Call,
  stage: string,
  recording: Omit<Recording, 'owner' | 'majors'>,
): Promise<Deployment | { readonly rejected: RecordingRejection | 'release-not-found' }> {
  const { service, label, state } = recording;
  const release = await releases.load(service, label);
  if (release === undefined) return { rejected: 'release-not-found' };
  return retryOnConflict(async () => {
    const [live, answers] = await Promise.all([stages.load(stage), stages.endpointsOf(stage, service)]);
    const replaced = (live?.entries ?? []).filter((it) => it.service === service && it.state === 'live');
    const majors = state === 'live' ? await majorsBeside(release, replaced) : {};
    const urgent = recording.urgent === true || release.urgent === true;
    const whole = { ...recording, owner: release.owner.name, urgent, majors };
    const decision = decideRecording(live, answers, whole, call.time);
    const token = live?.token ?? 0;
    if (decision === 'unchanged') {
      const entry = live?.entries.find((it) => it.service === service && it.label === label);
      return deployment(stage, { service, label, since: call.time }, entry, { token, replaced: [] });
    }
    if (typeof decision === 'string') return { rejected: decision };
    if (!(await areInForce(recording.overrides ?? []))) return { rejected: 'precondition-failed' };
    const deprecations = state === 'live' ? await announced(release) : [];
    const after = await stages.record(call, stage, whole, decision, { token, deprecations });
    const entry = decision.put.find((it) => it.label === label);
    const known = live?.entries.find((it) => it.service === service && it.label === label);
    const stays = state === 'removed' ? entry : (entry ?? known);
    return deployment(stage, { service, label, since: call.time }, stays, {
      token: after,
      replaced: decision.replaced,
    });
  });

  async function majorsBeside(next: StoredRelease, entries: readonly Entry[]): Promise<Record<string, string>> {
    const found = await releases.loadMany(entries);
    const before = entries.flatMap((it) => {
      const stored = found.get(`${it.service}#${it.label}`);
      return stored === undefined ? [] : [{ release: stored, majors: it.majors ?? {} }];
    });
    return majorsOf(next, before, call.time);
  }

  async function areInForce(ids: readonly string[]): Promise<boolean> {
    const found = await Promise.all(ids.map((id) => overrides.load(id)));
    return found.every((it) => it?.stage === stage && inForce(it, call.time));
  }

  /** What the release deprecates and is not known yet. */
  async function announced({ provides }: StoredRelease): Promise<Deprecation[]> {
    const terms = new Map(provides.flatMap((it) => (it.deprecated ? [[nameOf(it), it.deprecated] as const] : [])));
    const before = await contracts.deprecationsOf([...terms.keys()]);
    return [...terms].flatMap(([contract, it]) => withTerms(contract, before.get(contract), it) ?? []);
  }
}

/** Without an entry the release is not there. */
function deployment(
  stage: string,
  absent: { readonly service: string; readonly label: string; readonly since: string },
  entry: Entry | undefined,
  { token, replaced }: { readonly token: number; readonly replaced: readonly string[] },
): Deployment {
  if (entry === undefined) return { stage, ...absent, state: 'removed', token, replaced };
  const { service, label, state, since, until } = entry;
  return { stage, service, label, state, since, ...(until !== undefined && { until }), token, replaced };
}

/** How a release is in a stage; undefined when it is not. */
export async function showDeployment(
  { stages }: Pick<Stores, 'stages'>,
  stage: string,
  { service, label }: { readonly service: string; readonly label: string },
): Promise<Deployment | undefined> {
  const live = await stages.load(stage);
  const entry = live?.entries.find((it) => it.service === service && it.label === label);
  if (live === undefined || entry === undefined) return undefined;
  return deployment(stage, entry, entry, { token: live.token, replaced: [] });
}
