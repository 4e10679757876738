import type { Call } from '@dure/contracts/binding/call';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { afterwards } from '../application/afterwards.ts';
import { accountOfLink, choosePassword, type PasswordParts } from '../application/choose-password.ts';
import { type AskParts, askForMail } from '../application/mail-requests.ts';
import { newSecret } from '../application/new-secret.ts';
import { noteRefusal, type RefusalParts } from '../application/note-refusal.ts';
import type { Language } from '../domain/account-mail.ts';
import { isEmail } from '../domain/email.ts';
import { MAX_TYPED } from '../domain/new-password.ts';
import { addressOf, type Form, formOf, headerOf } from '../oauth/form.ts';
import { html, queryOf, waiting } from './answer.ts';
import { deviceCookie } from './device.ts';
import { cookieOf, FIELD, formToken, isFromPage } from './forgery.ts';
import { emailField, type FormPage, formPage, wordsPage } from './page.ts';
import type { Devices } from '../store/devices.ts';
import { languageOf, type Words, WORDS } from './words.ts';

export interface AccountPageParts extends AskParts, PasswordParts, RefusalParts {
  readonly devices: Pick<Devices, 'remember'>;
  readonly issuer: string;
}

type Kind = 'register' | 'forgot';
type Problem = 'expired' | 'tooOften' | 'notAnAddress' | 'short' | 'long' | 'guessable';

/** `GET /account/register`, `GET /account/forgot`: the page on which a person asks for a mail. */
export const showAsk = (kind: Kind, parts: AccountPageParts, event: APIGatewayProxyEvent): APIGatewayProxyResult =>
  askPage(kind, parts, event, 200);

/** The form of that page. The answer never says whether there is such an account. */
export async function takeAsk(
  kind: Kind,
  parts: AccountPageParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const fields = formOf(event);
  const email = (fields.get('email') ?? '').trim();
  if (!isFromPage(event, fields.get(FIELD), parts.issuer)) {
    await noteRefusal(parts, call, 'forged-form', addressOf(event));
    return askPage(kind, parts, event, 403, 'expired', email);
  }
  if (!isEmail(email)) return askPage(kind, parts, event, 400, 'notAnAddress', email);
  const language = languageFor(event);
  const address = addressOf(event);
  const asking = { kind: kind === 'register' ? kind : 'reset', email, language, address } as const;
  const result = await askForMail(parts, call, asking);
  if (result !== 'asked') {
    await noteRefusal(parts, call, 'too-often', address);
    return waiting(askPage(kind, parts, event, 429, 'tooOften', email), result);
  }
  return html(200, wordsPage(language, WORDS[language].mailed, WORDS[language].mailedText));
}

/** `GET /account/password`: where the link in a mail leads. Showing it uses nothing up, as programs follow links, too. */
export async function showChoose(
  parts: AccountPageParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const token = queryOf(event).get('token') ?? '';
  if ((await accountOfLink(parts, call, token)) === undefined) return gone(event);
  return choosePage(parts, event, token, 200);
}

/** The form of that page. */
export async function takeChoose(
  parts: AccountPageParts,
  event: APIGatewayProxyEvent,
  call: Call,
): Promise<APIGatewayProxyResult> {
  const fields = formOf(event);
  const [token, password] = [fieldOf(fields, 'token'), fieldOf(fields, 'password')];
  if (!isFromPage(event, fields.get(FIELD), parts.issuer)) {
    await noteRefusal(parts, call, 'forged-form', addressOf(event));
    return choosePage(parts, event, token, 403, 'expired');
  }
  const language = languageFor(event);
  const result = await choosePassword(parts, call, { token, password, language });
  if (result === 'gone') return gone(event);
  if (typeof result === 'string') return choosePage(parts, event, token, 400, result);
  // Whoever keeps signing in with wrong passwords elsewhere does not keep this browser waiting.
  const device = newSecret();
  await afterwards(call, 'knowing the browser again', () => parts.devices.remember(call, result, device));
  const { chosen, chosenText, sessionsLink } = WORDS[language];
  const answer = html(200, wordsPage(language, chosen, chosenText, [['sessions', sessionsLink]]));
  return { ...answer, headers: { ...answer.headers, 'set-cookie': deviceCookie(device, parts.issuer) } };
}

const fieldOf = (fields: Form, name: string): string => fields.get(name) ?? '';

const languageFor = (event: APIGatewayProxyEvent): Language => languageOf(headerOf(event, 'accept-language'));

function askPage(
  kind: Kind,
  parts: AccountPageParts,
  event: APIGatewayProxyEvent,
  status: number,
  problem?: Problem,
  email = '',
): APIGatewayProxyResult {
  const language = languageFor(event);
  const words = WORDS[language];
  const intro = kind === 'register' ? words.registerIntro : words.forgotIntro;
  return shown(parts, event, status, problem, (hidden) => ({
    ...{ language, title: words[kind], intro, action: kind, hidden, submit: words.sendMail },
    fields: [emailField(language, email)],
  }));
}

function choosePage(
  parts: AccountPageParts,
  event: APIGatewayProxyEvent,
  token: string,
  status: number,
  problem?: Problem,
): APIGatewayProxyResult {
  const language = languageFor(event);
  const words: Words = WORDS[language];
  return shown(parts, event, status, problem, (hidden) => ({
    ...{ language, title: words.choose, intro: words.chooseIntro, action: 'password', submit: words.save },
    hidden: [['token', token], ...hidden],
    fields: [
      {
        ...{ name: 'password', type: 'password', label: words.newPassword, hint: words.newPasswordHint },
        ...{ autocomplete: 'new-password', maxLength: MAX_TYPED },
      },
    ],
  }));
}

/** A page with its form's token, in a field and in a cookie. */
function shown(
  { issuer }: AccountPageParts,
  event: APIGatewayProxyEvent,
  status: number,
  problem: Problem | undefined,
  pageOf: (hidden: FormPage['hidden']) => FormPage,
): APIGatewayProxyResult {
  const token = formToken(event);
  const page = pageOf([[FIELD, token]]);
  const invalid = problem !== undefined && problem !== 'expired' && problem !== 'tooOften';
  const answer = html(status, formPage({ ...page, problem: problem && WORDS[page.language][problem], invalid }));
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookieOf(token, issuer, '/account') } };
}

function gone(event: APIGatewayProxyEvent): APIGatewayProxyResult {
  const language = languageFor(event);
  const { gone: title, goneText, forgotLink } = WORDS[language];
  return html(410, wordsPage(language, title, goneText, [['forgot', forgotLink]]));
}
