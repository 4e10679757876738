import type { Call } from '@dure/contracts/binding/call';
import { type CacheOutcome, type CachePolicy, freshnessOf, keptFor, mayReplace, useOf } from '../domain/caching.ts';
import { type Part, shown } from '../domain/composition.ts';
import type { AnswerCache, CachedAnswer } from '../store.ts';
import { type Answer, ask, type Asked, type Asking, type Asks } from './ask.ts';

interface Cacheable extends Answer {
  readonly etag: string | undefined;
}

interface AsksCached<One extends Cacheable, Value> extends Omit<Asks<One, Value>, 'request'> {
  /** What the answer depends on: the contract and everything of the request. */
  readonly key: string;
  /** What the contract declares; nothing is kept without it. */
  readonly policy: CachePolicy | undefined;
  /** Asks without saying who asks, and conditionally if there is an entity tag. */
  request(asked: Asked & { readonly ifNoneMatch?: string }): Promise<One>;
}

/** For how long one request keeps others from asking again for the same. */
const CLAIM_MS = 5_000;

/**
 * Asks a service for a part that everybody may see, unless a kept answer may be used. When it is stale, one request asks
 * again, beside what else it does, and the others use what is kept: nothing runs between invocations, so that a request
 * has to pay for it. A cache that fails is no reason to fail: the service is asked.
 */
export async function askCached<One extends Cacheable, Value>(
  cache: AnswerCache,
  asking: Asking,
  { key, policy, request, ...asks }: AsksCached<One, Value>,
): Promise<Part<Value>> {
  const { call } = asking;
  if (policy === undefined) return ask(asking, { ...asks, request });
  const now = Date.now();
  const kept = await orNothing(call, () => cache.load(key));
  const age = kept === undefined ? 0 : Math.floor((now - kept.madeAt) / 1000);
  const use = kept === undefined ? 'not' : useOf(kept.freshness, age);
  const show = (answer: CachedAnswer, cached: CacheOutcome) => ({
    ...shown(asks.show(answer.body as NonNullable<One['body']>)),
    cached,
  });
  const asItIs = (answer: CachedAnswer) => show(answer, { ttl: answer.freshness.ttl - age, age: Math.max(0, age) });
  if (kept !== undefined && use === 'fresh') return asItIs(kept);
  if (kept !== undefined && use === 'while-revalidating') {
    const isOurs = await orNothing(call, () => cache.claim(key, now, now + CLAIM_MS));
    if (isOurs === false) return asItIs(kept);
  }

  const forwarded = kept === undefined || use === 'not' ? 'miss' : 'stale';
  let confirmed = false;
  let made: CachedAnswer | undefined;
  const part = await ask(asking, {
    ...asks,
    request: async (asked) => {
      const ifNoneMatch = forwarded === 'stale' ? kept?.etag : undefined;
      const answer = await request({ ...asked, ...(ifNoneMatch !== undefined && { ifNoneMatch }) });
      confirmed = answer.status === 304;
      made = confirmed ? { ...kept!, madeAt: Date.now() } : madeOf(answer, policy);
      return confirmed ? { ...answer, body: kept!.body } : answer;
    },
  });
  if (made !== undefined && part.kind === 'shown') {
    const answer = made;
    await orNothing(call, () => cache.save(key, answer, answer.madeAt + keptFor(answer.freshness) * 1000));
  }
  // What its service said before is better than what a policy says in its place.
  const failure = part.kind === 'shown' ? part.stale : part;
  if (failure?.kind === 'failed' && kept !== undefined && mayReplace(use, failure)) {
    return { ...show(kept, { forwarded, age }), stale: failure };
  }
  return part.kind === 'shown' ? { ...part, cached: { forwarded, age: 0 } } : part;
}

function madeOf({ status, headers, etag, body }: Cacheable, policy: CachePolicy): CachedAnswer | undefined {
  const facts = {
    status,
    cacheControl: headers.get('cache-control') ?? undefined,
    vary: headers.get('vary') ?? undefined,
    hasCookie: headers.get('set-cookie') !== null,
  };
  const freshness = freshnessOf(facts, policy);
  if (freshness === undefined || body === undefined) return undefined;
  // The service may itself have had it from somewhere.
  const age = Number(/^\d{1,9}$/.exec(headers.get('age') ?? '')?.[0] ?? 0);
  return { body, etag, madeAt: Date.now() - age * 1000, freshness };
}

async function orNothing<Result>(call: Call, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    call.log.warn('the cache failed', { error });
    return undefined;
  }
}
