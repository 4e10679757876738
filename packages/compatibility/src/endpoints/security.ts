import { canonical } from '../canonical.ts';
import type { Change } from '../compare/walk.ts';
import type { SecurityRequirement } from './endpoint.ts';

type Security = readonly SecurityRequirement[] | undefined;

/** Whoever was let in is let in still: by the same schemes or fewer, and no more scopes. */
export function compareSecurity(before: Security, after: Security): Change[] {
  const [old, now] = [alternatives(before), alternatives(after)];
  if (canonical([...old].map(canonical).sort()) === canonical([...now].map(canonical).sort())) return [];
  const shutOut = old.filter((it) => !now.some((other) => isEnough(it, other)));
  if (shutOut.length === 0) return [{ at: 'security', what: `is ${text(now)}, not ${text(old)}`, breaking: false }];
  return [{ at: 'security', what: `lets in no more by ${text(shutOut)}: it is ${text(now)}`, breaking: true }];
}

const alternatives = (security: Security): readonly SecurityRequirement[] =>
  security === undefined || security.length === 0 ? [{}] : security;

const isEnough = (has: SecurityRequirement, needed: SecurityRequirement): boolean =>
  Object.entries(needed).every(
    ([scheme, scopes]) => Object.hasOwn(has, scheme) && scopes.every((scope) => has[scheme]!.includes(scope)),
  );

const text = (security: readonly SecurityRequirement[]): string =>
  security.map((it) => Object.keys(it).join(' and ') || 'nothing').join(', or ');
