import { createHash } from 'node:crypto';
import { reply } from '@dure/contracts/binding/http';
import { ageOf, type CacheOutcome, cacheStatus } from '../domain/caching.ts';
import type { PartProblem } from '../domain/composition.ts';

interface View {
  readonly problems: readonly PartProblem[];
}

/**
 * The reply with what one caller may see: it is in no shared cache. A view with a problem is in none, and has no ETag: it is
 * to be asked for again.
 */
export function viewReply<Body extends View>(body: Body) {
  if (body.problems.length > 0) return reply(200, body, { headers: { 'cache-control': 'no-store' } });
  const headers = { 'cache-control': 'private, no-cache', vary: 'authorization, x-api-key' };
  return reply(200, body, { etag: etagOf(body), headers });
}

/** The reply with what everybody may see. How long it may be kept is in the contract; its parts may be of some age. */
export function publicReply<Body extends View>(body: Body, cached: readonly CacheOutcome[]) {
  const status = cacheStatus(cached);
  const headers = { ...(status !== undefined && { 'cache-status': status }), age: String(ageOf(cached)) };
  if (body.problems.length === 0) return reply(200, body, { etag: etagOf(body), headers });
  return reply(200, body, { headers: { ...headers, 'cache-control': 'no-store' } });
}

const etagOf = (body: object): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22);
