import type { Call } from '@dure/contracts/binding/call';
import { SUBJECT_REFUSED } from '@dure/service-identity/refusals';
import { ACCESS_TOKEN_SECONDS } from '../domain/claims.ts';
import type { Client } from '../domain/client.ts';
import { actingFor, exchangedScopes, serviceCalls } from '../domain/delegation.ts';
import { OAuthError } from '../domain/oauth-error.ts';
import type { TokenAnswer } from './client-credentials.ts';
import { type Issuer, issueToken } from './issue-token.ts';
import type { ReadToken } from './read-token.ts';

/** Source: https://www.rfc-editor.org/rfc/rfc8693#section-3 */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';

/** A request of RFC 8693, section 2.1, as it came. */
export interface ExchangeRequest {
  readonly subjectToken: string;
  readonly subjectTokenType: string;
  readonly actorToken: string;
  readonly actorTokenType: string | undefined;
  readonly requestedTokenType: string | undefined;
  readonly audience: string | undefined;
  readonly resource: string | undefined;
  readonly scope: string | undefined;
}

export interface ExchangeParts {
  readonly issuer: Issuer;
  /** Of services, which act. */
  readonly readToken: ReadToken;
  /** Of whoever is acted for: of issuers outside, too. */
  readonly readSubject: ReadToken;
}

export interface Exchanged extends TokenAnswer {
  readonly issued_token_type: typeof ACCESS_TOKEN_TYPE;
}

/**
 * A token with which a service does something for its caller: the caller's subject and roles, `act` with the service, the
 * scopes that were asked for as far as the caller has them, and no longer a life than the caller's token. The service proves
 * who it is by its own token, the actor token.
 *
 * @param client who asks, if it has proved that as well
 * @throws OAuthError invalid_request, invalid_target, invalid_scope, unauthorized_client
 * Source: https://www.rfc-editor.org/rfc/rfc8693#section-2
 */
export async function exchangeToken(
  { issuer, readToken, readSubject }: ExchangeParts,
  call: Call,
  client: Client | undefined,
  request: ExchangeRequest,
): Promise<Exchanged> {
  requireTypes(request);
  requireTarget(request, issuer.audience);
  const [actor, subject] = await Promise.all([
    readToken(call, request.actorToken),
    readSubject(call, request.subjectToken),
  ]);
  if (actor === undefined) throw new OAuthError('invalid_request', 'The actor token is not good, or no more.');
  if (subject === undefined) throw subjectRefused();
  const { holder: service } = actor;
  const calls = service.roles.includes('service') && actor.claims.act === undefined && serviceCalls(service.subject);
  if (!calls) throw new OAuthError('unauthorized_client', 'Only a service that calls others may act for somebody.');
  if (client !== undefined && client.id !== service.subject) {
    throw new OAuthError('invalid_request', 'The actor token is of another client.');
  }
  const { holder } = subject;
  const scopes = exchangedScopes(calls.onBehalf, holder.scopes, request.scope);
  const isOwn = subject.claims.iss === issuer.issuer;
  // Who acts in a token from outside is that issuer's word for its own services, whose names may be as those of here.
  const act = actingFor(service.subject, isOwn ? subject.claims.act : undefined);
  const seconds = Math.min(ACCESS_TOKEN_SECONDS, subject.claims.exp - Math.ceil(Date.parse(call.time) / 1_000));
  // A token may be accepted for some seconds after it has expired, as clocks differ. It makes no other.
  if (seconds <= 0) throw subjectRefused();
  const { subject: sub, roles } = holder;
  const session = isOwn ? subject.claims.sid : undefined;
  const grant = { subject: sub, clientId: service.subject, scopes, roles, act, session };
  return {
    access_token: await issueToken(issuer, call, grant, seconds),
    issued_token_type: ACCESS_TOKEN_TYPE,
    ...{ token_type: 'Bearer', expires_in: seconds, scope: scopes.join(' ') },
  };
}

/** The code is the same for a bad token of the service: the reason says whose it is. */
const subjectRefused = (): OAuthError =>
  new OAuthError('invalid_request', 'The subject token is not good, or no more.', { reason: SUBJECT_REFUSED });

function requireTypes(request: ExchangeRequest): void {
  const { subjectTokenType, actorTokenType, requestedTokenType = ACCESS_TOKEN_TYPE } = request;
  const isGiven = [subjectTokenType, actorTokenType].every((type) => type === ACCESS_TOKEN_TYPE || type === JWT_TYPE);
  if (isGiven && requestedTokenType === ACCESS_TOKEN_TYPE) return;
  throw new OAuthError('invalid_request', `Tokens of the type ${ACCESS_TOKEN_TYPE} alone are taken and given.`);
}

/** Every token of a stage is for all of its services; what one may do there is in the scopes. */
function requireTarget({ audience, resource }: ExchangeRequest, stage: string): void {
  if (resource === undefined && (audience === undefined || audience === stage)) return;
  throw new OAuthError('invalid_target', `Tokens are for ${stage} alone.`);
}
