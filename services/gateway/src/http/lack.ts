import { AccessRefused } from '@dure/contracts/binding/access';
import { problem } from '@dure/contracts/problem';
import type { Absent, Failed } from '../domain/composition.ts';

/**
 * What is answered instead of a view, when its required part failed.
 * @throws AccessRefused where the caller is the reason
 */
export function lackOf(lacks: Absent | Failed) {
  if (lacks.kind === 'absent') return problem('part-failed', 'It says that there is none.');
  const { status, type, retryAfter } = lacks;
  if (lacks.refusesCaller) throw new AccessRefused('unauthenticated', undefined);
  if (status === 429) return problem('part-throttled', undefined, retryAfter);
  return status === 504 ? problem('part-late') : problem('part-failed', `It answered ${status}, ${type}.`);
}
