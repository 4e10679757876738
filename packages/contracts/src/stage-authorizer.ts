import { scopesOfRoles } from './contracts/access.ts';
import { authorizer } from './binding/authorizer.ts';
import type { Guarded } from './binding/authorizer-policy.ts';
import { required } from './binding/environment.ts';
import { openSettings } from './binding/settings.ts';
import { outsideIssuers, ownIssuer } from './binding/trusted-issuers.ts';
import { openVerifier, TokenRefused, UNKNOWN_ISSUER, type VerifyToken } from './binding/verify-token.ts';

/**
 * Makes a service's authorizer of its endpoints, for the issuers of its stage: the identity service, by the parameter
 * `/dure/{stage}/identity/issuer`, and those of `TRUSTED_ISSUERS`. The build makes a function of it for each service.
 *
 * @example
 * ```ts
 * import { stageAuthorizer } from '@dure/contracts/stage-authorizer';
 *
 * export const handler = stageAuthorizer([['GET', '/v1/things/{id}', ['things:read']]]);
 * ```
 */
export const stageAuthorizer = (endpoints: readonly Guarded[]) =>
  authorizer({ endpoints, verify: verifierOf(required('STAGE')) });

/** The parameter is read again for a token of an unknown issuer only: the identity service may have been deployed anew. */
function verifierOf(stage: string): VerifyToken {
  const outside = outsideIssuers(process.env['TRUSTED_ISSUERS']);
  const settings = openSettings(`/dure/${stage}/identity`, ['issuer']);
  let current: { readonly issuer: string; readonly verify: VerifyToken } | undefined;

  async function open(): Promise<VerifyToken> {
    const { issuer } = await settings();
    if (issuer === undefined) throw new Error(`There is no parameter /dure/${stage}/identity/issuer.`);
    if (current?.issuer === issuer) return current.verify;
    const verify = openVerifier([ownIssuer(issuer, stage), ...outside], { scopesOf: scopesOfRoles });
    current = { issuer, verify };
    return verify;
  }

  return async (token) => {
    const verify = current?.verify ?? (await open());
    try {
      return await verify(token);
    } catch (error) {
      const renamed = error instanceof TokenRefused && error.reason === UNKNOWN_ISSUER;
      const newest = renamed ? await open() : verify;
      if (newest === verify) throw error;
      return newest(token);
    }
  };
}
