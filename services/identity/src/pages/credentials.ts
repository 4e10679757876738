import type { Call } from '@dure/contracts/binding/call';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { afterwards } from '../application/afterwards.ts';
import { newSecret } from '../application/new-secret.ts';
import { noteRefusal, type RefusalParts } from '../application/note-refusal.ts';
import { signIn, type SignInParts } from '../application/sign-in.ts';
import type { Account } from '../domain/account.ts';
import type { TooOften } from '../domain/lock-out.ts';
import { isTooLong } from '../domain/new-password.ts';
import { addressOf, type Form } from '../oauth/form.ts';
import type { Devices } from '../store/devices.ts';
import { waiting } from './answer.ts';
import { deviceCookie, deviceOf } from './device.ts';
import { FIELD, isFromPage } from './forgery.ts';
import type { SignInPage } from './page.ts';

export interface CredentialsParts extends SignInParts, RefusalParts {
  readonly devices: Devices;
  readonly issuer: string;
}

/** What the page shows again, and why. */
export interface NotSignedIn extends Pick<SignInPage, 'email'> {
  readonly status: number;
  readonly problem: NonNullable<SignInPage['problem']>;
  readonly wait?: TooOften;
}

/** The account of the e-mail address and password in a form of ours, or why not. */
export async function accountIn(
  parts: CredentialsParts,
  event: APIGatewayProxyEvent,
  call: Call,
  fields: Form,
): Promise<Account | NotSignedIn> {
  const [email = '', password = ''] = [fields.get('email'), fields.get('password')];
  const address = addressOf(event);
  if (!isFromPage(event, fields.get(FIELD), parts.issuer)) {
    await noteRefusal(parts, call, 'forged-form', address);
    return { status: 403, problem: 'expired' };
  }
  if (email.length > 254 || isTooLong(password)) return { status: 400, problem: 'wrong' };
  const account = await signIn(parts, call, { email, password, address, device: deviceOf(event) });
  if (account === 'wrong') return { status: 401, problem: 'wrong', email };
  if (!('waitSeconds' in account)) return account;
  await noteRefusal(parts, call, 'too-often', address);
  return { status: 429, problem: 'tooOften', wait: account };
}

/** The page again, with how long to wait where that is so. */
export const shownAgain = (page: APIGatewayProxyResult, { wait }: NotSignedIn): APIGatewayProxyResult =>
  wait === undefined ? page : waiting(page, wait);

/** Knows the browser again from now on. Resolves to its cookie: a new one each time, so that nobody gives a browser theirs. */
export async function knowBrowser(
  { devices, issuer }: CredentialsParts,
  call: Call,
  account: Account,
): Promise<string> {
  const device = newSecret();
  await afterwards(call, 'knowing the browser again', () => devices.remember(call, account, device));
  return deviceCookie(device, issuer);
}
