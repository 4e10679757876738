import type { Call } from '@dure/contracts/binding/call';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Clients } from '../application/authenticate-client.ts';
import { noteRefusal } from '../application/note-refusal.ts';
import { issueCode, type SessionStore } from '../application/sessions.ts';
import { answerAt, type Authorization, authorizationOf, repeatedFields } from '../domain/authorization.ts';
import { OAuthError } from '../domain/oauth-error.ts';
import { originOf } from '../domain/origin.ts';
import { grantedScopes } from '../domain/scopes.ts';
import { addressOf, type Form, formOf, headerOf } from '../oauth/form.ts';
import { html, queryOf, redirect } from './answer.ts';
import { accountIn, type CredentialsParts, knowBrowser, shownAgain } from './credentials.ts';
import { cookieOf, FIELD, formToken } from './forgery.ts';
import { refusalPage, type SignInPage, signInPage } from './page.ts';
import { languageOf } from './words.ts';

export interface AuthorizeParts extends CredentialsParts {
  readonly clients: Clients;
  readonly sessions: SessionStore;
}

/** `GET /oauth/authorize`: the page on which a person signs in for a client. */
export async function showSignIn(
  parts: AuthorizeParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const fields = queryOf(event);
  return asked(parts, event, call, fields, async () => pageFor(parts, event, fields, {}));
}

/** `POST /oauth/authorize`: the form of that page. */
export async function takeSignIn(
  parts: AuthorizeParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const fields = formOf(event);
  return asked(parts, event, call, fields, async (authorization) => {
    const account = await accountIn(parts, event, call, fields);
    if ('problem' in account) return shownAgain(await pageFor(parts, event, fields, account), account);
    const { clientId, redirectUri, challenge, scope, state } = authorization;
    const { issuer: iss } = parts;
    try {
      const { id: subject, roles, epoch } = account;
      const origin = originOf(addressOf(event), headerOf(event, 'user-agent'));
      const grant = { subject, clientId, roles, epoch, scopes: grantedScopes(roles, scope) };
      const code = await issueCode(parts.sessions, call, { clientId, redirectUri, challenge, grant, origin });
      const answer = redirect(answerAt(redirectUri, { code, state, iss }));
      return { ...answer, headers: { ...answer.headers, 'set-cookie': await knowBrowser(parts, call, account) } };
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return redirect(answerAt(redirectUri, { error: error.code, state, iss }));
    }
  });
}

/** Runs what answers a request that holds; refuses any other, at the client's address if that is the client's. */
async function asked(
  parts: AuthorizeParts,
  event: APIGatewayProxyEvent,
  call: Call,
  fields: Form,
  run: (authorization: Authorization) => Promise<APIGatewayProxyResult>,
): Promise<APIGatewayProxyResult> {
  const { clients, issuer: iss } = parts;
  const authorization = authorizationOf(fields, await clients.find(fields.get('client_id') ?? ''));
  if ('refused' in authorization) {
    const reason = authorization.refused === 'client' ? 'unknown-client' : 'unknown-redirect';
    await noteRefusal(parts, call, reason, addressOf(event));
    return html(400, refusalPage(languageOf(headerOf(event, 'accept-language'))));
  }
  if ('reason' in authorization) {
    const state = fields.get('state');
    return redirect(answerAt(authorization.to, { error: authorization.reason, state, iss }));
  }
  return run(authorization);
}

interface Shown extends Pick<SignInPage, 'problem' | 'email'> {
  readonly status?: number;
}

async function pageFor(
  { clients, issuer }: AuthorizeParts,
  event: APIGatewayProxyEvent,
  fields: Form,
  { status = 200, problem, email }: Shown,
): Promise<APIGatewayProxyResult> {
  const token = formToken(event);
  const client = await clients.find(fields.get('client_id') ?? '');
  const page = signInPage({
    language: languageOf(headerOf(event, 'accept-language')),
    client: client?.name ?? '',
    hidden: [...repeatedFields(fields), [FIELD, token]],
    email,
    problem,
  });
  const answer = html(status, page, fields.get('redirect_uri'));
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookieOf(token, issuer, '/oauth/authorize') } };
}
