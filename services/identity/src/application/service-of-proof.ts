import type { Call } from '@dure/contracts/binding/call';
import { type Client, serviceClient } from '../domain/client.ts';
import { serviceCalls } from '../domain/delegation.ts';
import { OAuthError } from '../domain/oauth-error.ts';
import { connectionOf } from '../domain/origin.ts';
import { type AwsIdentity, questionOf, serviceOf, type StageRoles } from '../domain/role-proof.ts';
import { afterwards } from './afterwards.ts';
import type { Asker } from './authenticate-client.ts';
import { type Bound, type Bounds, secondsLeft } from './bounds.ts';

/** Asks AWS who signed a question; undefined when AWS refuses it. @throws Error when nothing can be said */
export type AskSts = (question: string) => Promise<AwsIdentity | undefined>;

export interface ProofParts {
  readonly region: string;
  readonly roles: StageRoles;
  readonly ask: AskSts;
  readonly bounds: Bounds;
}

/** Proofs of one connection that proved nothing: nobody has this service ask AWS as often as they like. */
const IN_VAIN: Bound = { what: 'proofs', most: 100, per: 'minute' };

/**
 * The service whose function has the role that was proved; undefined for a proof that proves nothing.
 * @throws OAuthError slow_down, or temporarily_unavailable when AWS cannot be asked or the proof cannot be counted
 */
export async function serviceOfProof(
  { region, roles, ask, bounds }: ProofParts,
  { call, address }: Asker,
  proof: string,
): Promise<Client | undefined> {
  const question = questionOf(proof, { region, now: Date.parse(call.time) });
  if (question === undefined) return undefined;
  const connection = connectionOf(address);
  if (!(await counted(bounds, call, connection))) {
    const retryAfterSeconds = secondsLeft(call, IN_VAIN);
    throw new OAuthError('slow_down', 'Too many proofs from there proved nothing.', { retryAfterSeconds });
  }
  const identity = await asked(ask, call, question);
  const service = identity === 'unknown' ? undefined : identity && serviceOf(identity, roles);
  if (identity === 'unknown' || service !== undefined) {
    await afterwards(call, 'taking back a counted proof', () => bounds.giveBack(call, IN_VAIN, connection));
  }
  if (identity === 'unknown') throw nobodyCanSay();
  return service === undefined ? undefined : serviceClient(service, serviceCalls(service)!.asItself);
}

/** What cannot be counted is not asked: AWS would be asked as often as anybody likes. */
const counted = (bounds: Bounds, call: Call, connection: string): Promise<boolean> =>
  bounds.take(call, IN_VAIN, connection).catch((error: unknown) => {
    call.log.error('a proof could not be counted', { error });
    throw nobodyCanSay();
  });

const nobodyCanSay = (): OAuthError =>
  new OAuthError('temporarily_unavailable', 'Nobody can say now whose role that is.', { retryAfterSeconds: 1 });

const asked = (ask: AskSts, { log }: Call, question: string): Promise<AwsIdentity | undefined | 'unknown'> =>
  ask(question).catch((error: unknown) => {
    log.error('STS did not say whose role it is', { error });
    return 'unknown' as const;
  });
