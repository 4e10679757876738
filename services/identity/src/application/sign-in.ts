import type { Call } from '@dure/contracts/binding/call';
import { type Account, isOpen } from '../domain/account.ts';
import { type Failures, STRANGERS_WAIT_MS, type TooOften, waitAfter } from '../domain/lock-out.ts';
import { connectionOf, networkOf } from '../domain/origin.ts';
import { afterwards } from './afterwards.ts';
import { type Bound, type Bounds, secondsLeft } from './bounds.ts';
import { isPassword } from './password.ts';

export interface SignInParts {
  readonly accounts: { byEmail(call: Call, email: string): Promise<Account | undefined> };
  /** `whose`: the client's connection, or the device where the account knows it. */
  readonly attempts: {
    load(email: string, whose: string): Promise<Failures | undefined>;
    /**
     * Counts a try as failed before it is judged. False when another one was counted since `seen`: tries that come at once
     * would all be judged otherwise.
     */
    count(call: Call, email: string, whose: string, seen: Failures | undefined): Promise<boolean>;
    /** Counts a try of a device that the account does not know. False when there were too many of them all together. */
    countStranger(call: Call, email: string): Promise<boolean>;
    /** Publishes that one was refused. */
    refuse(call: Call, accountId: string | undefined, network: string): Promise<void>;
    forget(email: string, whose: string): Promise<void>;
    /** Takes back what was counted of a stranger who was none. */
    forgetStranger(call: Call, email: string): Promise<void>;
  };
  readonly devices: {
    /** Whether somebody has signed in to the account with it, since it is in that epoch. Takes as long where there is none. */
    isKnown(email: string, device: string, epoch: number | undefined): Promise<boolean>;
  };
  readonly bounds: Bounds;
}

export interface Attempt {
  readonly email: string;
  readonly password: string;
  /** The client's, as API Gateway sees it. */
  readonly address: string;
  /** What the browser's cookie says, if it has one. */
  readonly device?: string | undefined;
}

/** Wrong passwords from one connection, for whatever accounts: whoever tries one password with many accounts is slow, too. */
const WRONG: Bound = { what: 'sign-ins', most: 100, per: 'hour' };

/**
 * The account, or why not. One that does not exist, or is not open, looks like a wrong password, also in time. Whoever fails
 * elsewhere, from however many addresses, does not keep a person out who comes with a device of theirs.
 * Source: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export async function signIn(
  { accounts, attempts, devices, bounds }: SignInParts,
  call: Call,
  { email, password, address, device }: Attempt,
): Promise<Account | 'wrong' | TooOften> {
  const account = await accounts.byEmail(call, email);
  const isKnown = device !== undefined && (await devices.isKnown(email, device, account?.epoch));
  const connection = connectionOf(address);
  const whose = isKnown ? `device:${device}` : connection;
  // What was not judged, or was right, is no failure of anybody.
  const uncount = (run: () => Promise<unknown>) => afterwards(call, 'forgetting failed sign-ins', run);
  const ofStranger = () =>
    Promise.all([attempts.forgetStranger(call, email), bounds.giveBack(call, WRONG, connection)]);
  const failures = await attempts.load(email, whose);
  const wait = waitAfter(failures, Date.parse(call.time));
  if (wait !== undefined) return wait;
  if (!isKnown) {
    if (!(await bounds.take(call, WRONG, connection))) return { waitSeconds: secondsLeft(call, WRONG) };
    if (!(await attempts.countStranger(call, email))) {
      await uncount(() => bounds.giveBack(call, WRONG, connection));
      return { waitSeconds: STRANGERS_WAIT_MS / 1_000 };
    }
  }
  if (!(await attempts.count(call, email, whose, failures))) {
    if (!isKnown) await uncount(ofStranger);
    return { waitSeconds: 1 };
  }
  if ((await isPassword(password, account?.password)) && isOpen(account)) {
    await uncount(() => Promise.all([attempts.forget(email, whose), ...(isKnown ? [] : [ofStranger()])]));
    return account;
  }
  await attempts.refuse(call, account?.id, networkOf(address));
  return 'wrong';
}
