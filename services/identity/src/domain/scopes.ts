import { scopesOfRoles } from '@dure/contracts/access';
import { OAuthError } from './oauth-error.ts';

/**
 * What a token may do: all that its roles allow, or the part that was asked for.
 * @throws OAuthError invalid_scope for more than the roles allow
 */
export const grantedScopes = (roles: readonly string[], asked: string | undefined): readonly string[] =>
  partOf(scopesOfRoles(roles), asked);

/** All that is allowed, or the part that was asked for. @throws OAuthError invalid_scope for more */
export function partOf(allowed: readonly string[], asked: string | undefined): readonly string[] {
  if (asked === undefined) return allowed;
  const names = asked.split(' ').filter((name) => name !== '');
  if (names.length === 0 || names.some((name) => !allowed.includes(name))) {
    throw new OAuthError('invalid_scope', 'The scope asks for more than may be given.');
  }
  return allowed.filter((name) => names.includes(name));
}
