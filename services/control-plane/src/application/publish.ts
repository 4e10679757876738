import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import type { OutgoingEvent } from '@dure/contracts/binding/outbox';
import { decide, type Refused, type Revision } from '../domain/revision.ts';
import type { RevisionStore } from '../store/revision-store.ts';

/** Under which name something is published, and what everybody is told then. */
export interface Subject {
  readonly name: string;
  readonly eventOf: (revision: Revision) => OutgoingEvent;
}

export type Publishing = Revision | Refused;

/** Publishes content as the next revision, if the newest is the one that its publisher has seen. */
export function publish(
  store: RevisionStore,
  call: Call,
  { name, eventOf }: Subject,
  expected: string,
  { content, why, restores }: { readonly content: unknown; readonly why: string; readonly restores?: number },
): Promise<Publishing> {
  const wish = {
    ...{ json: JSON.stringify(content), why, actor: call.actor, publishedAt: call.time },
    ...(restores !== undefined && { restores }),
  };
  return retryOnConflict(async () => {
    const decision = decide(await store.newest(name), expected, wish);
    if ('rejected' in decision) return decision;
    if ('holds' in decision) return decision.holds;
    await store.save(call, name, decision.publish, eventOf(decision.publish));
    return decision.publish;
  });
}

export type RollBackRefusal = 'never-published' | 'revision-not-found' | 'revision-not-valid';

/** Publishes the content of an old revision again. `isValid` says whether it would still be accepted. */
export async function rollBack(
  store: RevisionStore,
  call: Call,
  subject: Subject,
  expected: string,
  { to, why, isValid }: { readonly to: number; readonly why: string; readonly isValid: (content: unknown) => boolean },
): Promise<Publishing | { readonly rejected: RollBackRefusal }> {
  const [newest, old] = await Promise.all([store.newest(subject.name), store.load(subject.name, to)]);
  if (newest === undefined) return { rejected: 'never-published' };
  // Who has not seen the newest revision hears that first.
  const isSeen = String(newest.revision) === expected;
  if (old === undefined) return { rejected: isSeen ? 'revision-not-found' : 'precondition-failed' };
  const content: unknown = JSON.parse(old.json);
  if (!isValid(content)) return { rejected: isSeen ? 'revision-not-valid' : 'precondition-failed' };
  return publish(store, call, subject, expected, { content, why, restores: to });
}
