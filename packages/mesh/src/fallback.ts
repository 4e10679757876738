import type { Tried } from '@dure/contracts/binding/client';
import { type CallFacts, routeOf } from './choose-target.ts';
import type { Policy } from './policy.ts';

/** The header of what a policy answers in the place of a service, with the policy's revision. */
export const FALLBACK = 'x-dure-fallback';

/**
 * What the policy answers in the place of a service that fails; undefined where it gives nothing. It has no ETag and may not be
 * kept: it is not what the service knows.
 */
export function fallbackOf(policy: Policy, facts: CallFacts): Tried | undefined {
  const { fallback } = routeOf(policy, facts);
  if (fallback === undefined) return undefined;
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    [FALLBACK]: String(policy.revision),
  };
  return { status: 200, headers: new Headers(headers), text: JSON.stringify(fallback.body) };
}
