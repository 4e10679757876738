import type { Call } from '@dure/contracts/binding/call';

/** Whose account a request is about. No endpoint of the own account is public, so there is a caller. */
export function subjectOf({ caller }: Pick<Call, 'caller'>): string {
  if (caller === undefined) throw new Error('The request has no caller.');
  return caller.subject;
}
