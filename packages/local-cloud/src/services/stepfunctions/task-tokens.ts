import { randomBytes } from 'node:crypto';
import type { Json } from '@dure/states-language/json';
import type { TokenWait } from '@dure/states-language/run';
import { StateError } from '@dure/states-language/state-error';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { Store } from './store.ts';

const BYTES = 144;
const FORM = new RegExp(`^AQC[A-Za-z0-9+/]{${(BYTES / 3) * 4}}$`);

interface Waiting {
  readonly resolve: (output: Json) => void;
  readonly reject: (error: StateError) => void;
  beat: () => void;
}

/**
 * The task tokens that are waited for. Each is 1152 random bits and good for one answer.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
 */
export function createTokens(store: Store) {
  const waiting = new Map<string, Waiting>();

  function issue(execution: number): TokenWait {
    const token = `AQC${randomBytes(BYTES).toString('base64')}`;
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    promise.catch(() => undefined);
    const entry: Waiting = { resolve, reject, beat: () => undefined };
    waiting.set(token, entry);
    return {
      token,
      answer: promise,
      save: () => void store.addToken(token, execution),
      onHeartbeat: (listener) => (entry.beat = listener),
      close: () => void waiting.delete(token),
    };
  }

  /** Throws what AWS answers for a token that nothing waits for. */
  function find(token: string): Waiting {
    const found = waiting.get(token);
    if (found !== undefined) return found;
    if (store.hasToken(token)) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    if (FORM.test(token)) throw new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }

  return {
    issue,
    /** Throws what AWS answers for a token that nothing waits for. */
    require: (token: string) => void find(token),
    succeed(token: string, output: Json): void {
      find(token).resolve(output);
      waiting.delete(token);
    },
    fail(token: string, error: string | undefined, cause: string | undefined): void {
      find(token).reject(new StateError(error, cause));
      waiting.delete(token);
    },
    heartbeat: (token: string) => find(token).beat(),
    count: () => waiting.size,
  };
}

export type Tokens = ReturnType<typeof createTokens>;
