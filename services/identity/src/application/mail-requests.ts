import { randomUUID } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import type { Language, MailKind } from '../domain/account-mail.ts';
import { folded } from '../domain/email.ts';
import type { TooOften } from '../domain/lock-out.ts';
import { connectionOf } from '../domain/origin.ts';
import { type Bound, type Bounds, secondsLeft } from './bounds.ts';

/** What a person is to be mailed about. It stays here: on the bus is its id alone. */
export interface MailRequest {
  readonly id: string;
  readonly kind: Exclude<MailKind, 'known'>;
  readonly email: string;
  readonly language: Language;
}

export interface MailRequests {
  /** Keeps it for a day, and asks for the mail over the bus. */
  put(call: Call, request: MailRequest): Promise<void>;
  load(id: string): Promise<MailRequest | undefined>;
  remove(id: string): Promise<void>;
}

export interface AskParts {
  readonly requests: MailRequests;
  readonly bounds: Bounds;
}

export interface Asking {
  readonly kind: 'register' | 'reset';
  readonly email: string;
  readonly language: Language;
  /** The client's, as API Gateway sees it. */
  readonly address: string;
}

/** From one connection, for whatever accounts. */
const ASKED: Bound = { what: 'asks', most: 20, per: 'hour' };
/** Of one kind to one person, whoever asks: mails that a stranger asks for leave room for the person's own reset. */
const MAILS = { most: 3, per: 'hour' } as const;

/**
 * Takes a request for a mail. Nothing here depends on whether there is such an account, so neither the answer nor its time says
 * so. A person who has had enough mails of the kind within the hour gets no more; the answer is the same.
 */
export async function askForMail(
  { requests, bounds }: AskParts,
  call: Call,
  asking: Asking,
): Promise<'asked' | TooOften> {
  const { address, ...request } = asking;
  const email = request.email.trim();
  if (!(await bounds.take(call, ASKED, connectionOf(address)))) return { waitSeconds: secondsLeft(call, ASKED) };
  if (await bounds.take(call, { ...MAILS, what: `mails-${request.kind}` }, folded(email))) {
    await requests.put(call, { ...request, email, id: randomUUID() });
  } else {
    call.log.warn('a person is mailed too often');
  }
  return 'asked';
}
