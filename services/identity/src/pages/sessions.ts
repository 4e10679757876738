import type { Call } from '@dure/contracts/binding/call';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { noteRefusal } from '../application/note-refusal.ts';
import { endOthers, endOwn, sessionsOf } from '../application/own-sessions.ts';
import { ACCOUNT_PAGES, beginVisit, VISIT_SECONDS, visitOf } from '../application/visits.ts';
import type { Language } from '../domain/account-mail.ts';
import { originOf } from '../domain/origin.ts';
import type { Session } from '../domain/session.ts';
import { addressOf, formOf, headerOf } from '../oauth/form.ts';
import { html, queryOf, redirect } from './answer.ts';
import type { AuthorizeParts } from './authorize.ts';
import { accountIn, knowBrowser, type NotSignedIn, shownAgain } from './credentials.ts';
import { cookieOf, FIELD, formToken, isFromPage } from './forgery.ts';
import { credentialsForm, formPage, wordsPage } from './page.ts';
import { ALL, SESSION, sessionsPage } from './sessions-page.ts';
import { languageOf, WORDS } from './words.ts';

type Shown = Partial<NotSignedIn>;

/** `GET /account/sign-in`: where a person signs in to see their sessions. */
export const showVisit = (parts: AuthorizeParts, event: APIGatewayProxyEvent): APIGatewayProxyResult =>
  signInForm(parts, event, {});

/** The form of that page. */
export async function takeVisit(
  parts: AuthorizeParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const account = await accountIn(parts, event, call, formOf(event));
  if ('problem' in account) return shownAgain(signInForm(parts, event, account), account);
  const origin = originOf(addressOf(event), headerOf(event, 'user-agent'));
  const kept = await beginVisit(parts.sessions, call, account, origin);
  const cookies = [visitCookie(kept, VISIT_SECONDS, parts.issuer), await knowBrowser(parts, call, account)];
  return { ...redirect('sessions'), multiValueHeaders: { 'set-cookie': cookies } };
}

/** `GET /account/sessions`: where a person is signed in. */
export async function showSessions(
  parts: AuthorizeParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const visit = await visitIn(parts, event, call);
  return visit === undefined ? redirect('sign-in') : listOf(parts, event, call, visit, 200);
}

/** The forms of that page: one session ends, or all of them, these pages, too. */
export async function takeEnding(
  parts: AuthorizeParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const fields = formOf(event);
  if (!isFromPage(event, fields.get(FIELD), parts.issuer)) {
    await noteRefusal(parts, call, 'forged-form', addressOf(event));
    const language = languageFor(event);
    const { sessionsLink, expired, sessions } = WORDS[language];
    return html(403, wordsPage(language, sessions, expired, [['sessions', sessionsLink]]));
  }
  const visit = await visitIn(parts, event, call);
  if (visit === undefined) return redirect('sign-in');
  const { subject } = visit.grant;
  if (fields.get(ALL) !== undefined) {
    await endOthers(parts.sessions, call, subject, undefined);
    return left(parts, event, 'endedAll');
  }
  const id = fields.get(SESSION) ?? '';
  // One that is not there has ended already, or is another's: of that nothing is said.
  if (SESSION_ID.test(id)) await endOwn(parts.sessions, call, subject, id);
  return id === visit.id ? left(parts, event, 'endedHere') : redirect('sessions?ended=yes');
}

/** Nothing that is longer becomes the key of an item. */
const SESSION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const languageFor = (event: APIGatewayProxyEvent): Language => languageOf(headerOf(event, 'accept-language'));

const VISIT = 'dure-visit';
const VISIT_COOKIE = new RegExp(`(?:^|;\\s*)${VISIT}=([^;]+)`);

const visitIn = ({ sessions }: AuthorizeParts, event: APIGatewayProxyEvent, call: Call): Promise<Session | undefined> =>
  visitOf(sessions, call, VISIT_COOKIE.exec(headerOf(event, 'cookie') ?? '')?.[1] ?? '');

/** For the pages of the account alone, and never sent from another site's. */
function visitCookie(value: string, seconds: number, issuer: string): string {
  const { protocol, pathname } = new URL(`${issuer}/account`);
  const secure = protocol === 'https:' ? '; Secure' : '';
  return `${VISIT}=${value}; Path=${pathname}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

async function listOf(
  { sessions, clients, issuer }: AuthorizeParts,
  event: APIGatewayProxyEvent,
  call: Call,
  visit: Session,
  status: number,
): Promise<APIGatewayProxyResult> {
  const token = formToken(event);
  const found = await sessionsOf(sessions, call, visit.grant.subject);
  const shown = found.map(async ({ id, grant: { clientId }, startedAt, replacedAt, origin }) => ({
    ...{ id, startedAt, usedAt: replacedAt ?? startedAt, network: origin?.network, agent: origin?.agent },
    name: clientId === ACCOUNT_PAGES ? undefined : ((await clients.find(clientId))?.name ?? clientId),
    isHere: id === visit.id,
  }));
  const body = sessionsPage({
    language: languageFor(event),
    sessions: await Promise.all(shown),
    hidden: [FIELD, token],
    ended: queryOf(event).has('ended'),
  });
  return withFormCookie(html(status, body), token, issuer);
}

function signInForm(
  { issuer }: AuthorizeParts,
  event: APIGatewayProxyEvent,
  { status = 200, problem, email }: Shown,
): APIGatewayProxyResult {
  const [token, language] = [formToken(event), languageFor(event)];
  const { sessionsSignIn: intro, forgotLink, registerLink } = WORDS[language];
  const body = formPage({
    ...credentialsForm({ language, hidden: [[FIELD, token]], email, problem }),
    ...{ intro, action: 'sign-in' },
    links: [
      ['forgot', forgotLink],
      ['register', registerLink],
    ],
  });
  return withFormCookie(html(status, body), token, issuer);
}

const withFormCookie = (answer: APIGatewayProxyResult, token: string, issuer: string): APIGatewayProxyResult => ({
  ...answer,
  headers: { ...answer.headers, 'set-cookie': cookieOf(token, issuer, '/account') },
});

/** The browser forgets the visit. */
function left(
  { issuer }: AuthorizeParts,
  event: APIGatewayProxyEvent,
  what: 'endedHere' | 'endedAll',
): APIGatewayProxyResult {
  const language = languageFor(event);
  const words = WORDS[language];
  const answer = html(200, wordsPage(language, words.ended, words[what], [['sign-in', words.sessionsLink]]));
  return { ...answer, headers: { ...answer.headers, 'set-cookie': visitCookie('', 0, issuer) } };
}
