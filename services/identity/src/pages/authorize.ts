import type { Call } from '@dure/contracts/binding/call';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { afterwards } from '../application/afterwards.ts';
import type { Clients } from '../application/authenticate-client.ts';
import { noteRefusal, type RefusalParts } from '../application/note-refusal.ts';
import { newSecret } from '../application/new-secret.ts';
import { issueCode, type SessionStore } from '../application/sessions.ts';
import { signIn, type SignInParts } from '../application/sign-in.ts';
import { answerAt, type Authorization, authorizationOf, repeatedFields } from '../domain/authorization.ts';
import { isTooLong } from '../domain/new-password.ts';
import { OAuthError } from '../domain/oauth-error.ts';
import { originOf } from '../domain/origin.ts';
import { grantedScopes } from '../domain/scopes.ts';
import { addressOf, type Form, formOf, headerOf } from '../oauth/form.ts';
import type { Devices } from '../store/devices.ts';
import { html, queryOf, redirect, waiting } from './answer.ts';
import { deviceCookie, deviceOf } from './device.ts';
import { cookieOf, FIELD, formToken, isFromPage } from './forgery.ts';
import { refusalPage, type SignInPage, signInPage } from './page.ts';
import { languageOf } from './words.ts';

export interface AuthorizeParts extends SignInParts, RefusalParts {
  readonly devices: Devices;
  readonly clients: Clients;
  readonly sessions: SessionStore;
  readonly issuer: string;
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
    const [email = '', password = ''] = [fields.get('email'), fields.get('password')];
    if (!isFromPage(event, fields.get(FIELD), parts.issuer)) {
      call.log.warn('a form came from elsewhere', { clientId: authorization.clientId });
      await noteRefusal(parts, call, 'forged-form', addressOf(event));
      return pageFor(parts, event, fields, { status: 403, problem: 'expired' });
    }
    const address = addressOf(event);
    if (email.length > 254 || isTooLong(password)) {
      return pageFor(parts, event, fields, { status: 400, problem: 'wrong' });
    }
    const account = await signIn(parts, call, { email, password, address, device: deviceOf(event) });
    if (account === 'wrong') return pageFor(parts, event, fields, { status: 401, problem: 'wrong', email });
    if ('waitSeconds' in account) {
      await noteRefusal(parts, call, 'too-often', address);
      return waiting(await pageFor(parts, event, fields, { status: 429, problem: 'tooOften' }), account);
    }
    const { clientId, redirectUri, challenge, scope, state } = authorization;
    const { issuer: iss } = parts;
    try {
      const { id: subject, roles, epoch } = account;
      const origin = originOf(address, headerOf(event, 'user-agent'));
      const grant = { subject, clientId, roles, epoch, scopes: grantedScopes(roles, scope) };
      const code = await issueCode(parts.sessions, call, { clientId, redirectUri, challenge, grant, origin });
      // A new one each time: nobody can give a browser one that they know.
      const device = newSecret();
      await afterwards(call, 'knowing the browser again', () => parts.devices.remember(call, account, device));
      const answer = redirect(answerAt(redirectUri, { code, state, iss }));
      return { ...answer, headers: { ...answer.headers, 'set-cookie': deviceCookie(device, iss) } };
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
