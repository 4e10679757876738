import type { Call } from '@dure/contracts/binding/call';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { authenticateClient, type Clients } from '../application/authenticate-client.ts';
import { clientCredentials, type TokenAnswer } from '../application/client-credentials.ts';
import { type ExchangeParts, exchangeToken } from '../application/exchange-token.ts';
import { introspect, type IntrospectParts } from '../application/introspect.ts';
import { exchangeCode, refresh, revoke, type SessionParts } from '../application/sessions.ts';
import type { Client } from '../domain/client.ts';
import { OAuthError } from '../domain/oauth-error.ts';
import { json } from './answer.ts';
import { addressOf, credentialsOf, type Form, formOf, requiredField } from './form.ts';

export interface TokenParts extends SessionParts, ExchangeParts {
  readonly clients: Clients;
}

type Grants = (parts: TokenParts, call: Call, client: Client, form: Form) => Promise<TokenAnswer>;

const GRANTS: Readonly<Record<string, Grants>> = {
  client_credentials: ({ issuer }, call, client, form) => clientCredentials(issuer, call, client, form.get('scope')),
  authorization_code: (parts, call, client, form) =>
    exchangeCode(parts, call, client, {
      code: requiredField(form, 'code'),
      redirectUri: form.get('redirect_uri'),
      verifier: requiredField(form, 'code_verifier'),
    }),
  refresh_token: (parts, call, client, form) => refresh(parts, call, client, requiredField(form, 'refresh_token')),
};

/** Source: https://www.rfc-editor.org/rfc/rfc8693#section-2.1 */
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

export const GRANT_TYPES = [...Object.keys(GRANTS), EXCHANGE];

/** `POST /oauth/token`. @throws OAuthError */
export async function token(
  parts: TokenParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const form = formOf(event);
  const type = requiredField(form, 'grant_type');
  if (type === EXCHANGE) return json(200, await exchange(parts, event, call, form));
  const client = await clientOf(parts, event, call, form);
  const grant = Object.hasOwn(GRANTS, type) ? GRANTS[type] : undefined;
  if (grant === undefined) throw new OAuthError('unsupported_grant_type', 'There is no such grant here.');
  return json(200, await grant(parts, call, client, form));
}

/**
 * The service that asks proves who it is by the actor token, so it need not do so twice. If it does, it has to be the same.
 */
async function exchange(parts: TokenParts, event: APIGatewayProxyEvent, call: Call, form: Form): Promise<TokenAnswer> {
  const client = credentialsOf(event, form) && (await clientOf(parts, event, call, form));
  return exchangeToken(parts, call, client, {
    subjectToken: requiredField(form, 'subject_token'),
    subjectTokenType: requiredField(form, 'subject_token_type'),
    actorToken: requiredField(form, 'actor_token'),
    actorTokenType: form.get('actor_token_type'),
    requestedTokenType: form.get('requested_token_type'),
    audience: form.get('audience'),
    resource: form.get('resource'),
    scope: form.get('scope'),
  });
}

/** `POST /oauth/revoke`: a token that nobody has is as good as revoked. @throws OAuthError */
export async function revocation(
  parts: TokenParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const { form, client } = await from(parts, event, call);
  await revoke(parts.sessions, call, client, requiredField(form, 'token'));
  return json(200, {});
}

/** `POST /oauth/introspect` (RFC 7662). @throws OAuthError */
export async function introspection(
  parts: TokenParts & IntrospectParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const { form, client } = await from(parts, event, call);
  return json(200, await introspect(parts, call, client, requiredField(form, 'token')));
}

async function from(
  parts: TokenParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<{ form: Form; client: Client }> {
  const form = formOf(event);
  return { form, client: await clientOf(parts, event, call, form) };
}

const clientOf = ({ clients }: TokenParts, event: APIGatewayProxyEvent, call: Call, form: Form): Promise<Client> =>
  authenticateClient(clients, credentialsOf(event, form), { call, address: addressOf(event) });
