import * as z from 'zod/mini';
import { parseJson } from './check.ts';

/** Only with a key pair: a shared secret could be a public key that somebody signs with. */
const Algorithm = z.enum(['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA']);

const Url = z.string().check(z.regex(/^https?:\/\/[^\s]+$/, 'has to be a URL'));

const OutsideIssuer = z.strictObject({
  issuer: Url,
  jwks: Url,
  audience: z.string().check(z.minLength(1)),
  prefix: z.string().check(z.regex(/^[a-z0-9]+:$/, 'has to be a word with a colon, "acme:"')),
  roles: z.strictObject({
    claim: z.union([z.string().check(z.minLength(1)), z.array(z.string().check(z.minLength(1))).check(z.minLength(1))]),
    map: z.record(z.string(), z.string()),
  }),
  algorithms: z.optional(z.array(Algorithm).check(z.minLength(1))),
  type: z.optional(z.string().check(z.minLength(1))),
});

/** An issuer whose access tokens are accepted. */
export interface TrustedIssuer {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** The URL of its public keys. */
  readonly jwks: string;
  /** The `aud` that its tokens have to have. */
  readonly audience: string;
  readonly algorithms: readonly string[];
  /** The `typ` in the header of its tokens. */
  readonly type: string;
  /** Of an issuer outside: how its subjects are called here, and which roles they get. */
  readonly outside?: {
    /** Before each subject: nobody outside has the id of a customer here. */
    readonly prefix: string;
    /** Where the claim with the outside names is, member by member. */
    readonly claim: readonly string[];
    /** Outside name → role here. What is not in it gives no right. */
    readonly roles: ReadonlyMap<string, string>;
  };
}

/** RFC 9068. Source: https://www.rfc-editor.org/rfc/rfc9068#section-2.1 */
const ACCESS_TOKEN = 'at+jwt';

/**
 * The identity service of a stage as an issuer.
 *
 * @example
 * ```ts
 * import { ownIssuer } from '@dure/contracts/binding/trusted-issuers';
 *
 * export const identity = ownIssuer('http://localhost:4000/identity/local', 'local');
 * ```
 */
export const ownIssuer = (issuer: string, stage: string): TrustedIssuer => ({
  issuer,
  jwks: `${issuer}/.well-known/jwks.json`,
  audience: `urn:dure:${stage}`,
  algorithms: ['ES256'],
  type: ACCESS_TOKEN,
});

/**
 * Reads `TRUSTED_ISSUERS`: a JSON array of the issuers outside (Cognito, Auth0, Keycloak) whose access tokens are accepted
 * too. Empty or missing: none.
 * @throws Error that names what is wrong, because a typing error would lock people out, or let them in
 *
 * @example
 * ```ts
 * import { outsideIssuers } from '@dure/contracts/binding/trusted-issuers';
 *
 * export const issuers = outsideIssuers(
 *   JSON.stringify([
 *     {
 *       issuer: 'https://login.example/realms/shop',
 *       jwks: 'https://login.example/realms/shop/protocol/openid-connect/certs',
 *       audience: 'shop',
 *       prefix: 'staff:',
 *       roles: { claim: ['realm_access', 'roles'], map: { support: 'operator' } },
 *       type: 'JWT',
 *     },
 *   ]),
 * );
 * ```
 */
export function outsideIssuers(text: string | undefined): readonly TrustedIssuer[] {
  if (text === undefined || text.trim() === '') return [];
  return readAll(text).map(({ roles, prefix, algorithms = ['ES256', 'RS256'], type = ACCESS_TOKEN, ...issuer }) => ({
    ...issuer,
    algorithms,
    type,
    outside: { prefix, claim: [roles.claim].flat(), roles: new Map(Object.entries(roles.map)) },
  }));
}

function readAll(text: string): readonly z.output<typeof OutsideIssuer>[] {
  const value = parseJson(text);
  if (value === undefined) throw new Error('TRUSTED_ISSUERS is not JSON.');
  const { data, error } = z.safeParse(z.array(OutsideIssuer), value);
  if (data === undefined) throw new Error(`TRUSTED_ISSUERS is not valid: ${z.prettifyError(error)}`);
  const twice = data.find(({ issuer }, index) => data.findIndex((it) => it.issuer === issuer) !== index);
  if (twice !== undefined) throw new Error(`TRUSTED_ISSUERS has ${twice.issuer} twice.`);
  return data;
}
