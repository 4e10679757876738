import { ROLE_PROOF } from './prove-role.ts';
import { CallerRefused, type Given, TokenNotGiven } from './kept-tokens.ts';
import { SUBJECT_REFUSED } from './refusals.ts';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const TIMEOUT_MS = 2_000;

/** The service's own token, for a proof of its role. @throws TokenNotGiven, or a TypeError or TimeoutError without an answer */
export const ownToken = (issuer: string, proof: string): Promise<Given> =>
  ask(issuer, { grant_type: 'client_credentials', client_assertion_type: ROLE_PROOF, client_assertion: proof });

/**
 * A token with which the service acts for the holder of another, for these scopes.
 * @throws as ownToken, and CallerRefused where the holder's token is good no more
 * Source: https://www.rfc-editor.org/rfc/rfc8693#section-2.1
 */
export const exchangedToken = (issuer: string, subject: string, actor: string, scope: string): Promise<Given> =>
  ask(issuer, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    ...{ subject_token: subject, subject_token_type: ACCESS_TOKEN },
    ...{ actor_token: actor, actor_token_type: ACCESS_TOKEN, scope },
  });

async function ask(issuer: string, form: Readonly<Record<string, string>>): Promise<Given> {
  const response = await fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const answer = (await response.json().catch(() => undefined)) as Readonly<Record<string, unknown>> | undefined;
  const { access_token: token, expires_in: seconds, error, reason } = answer ?? {};
  if (response.ok && typeof token === 'string' && typeof seconds === 'number') return { token, seconds };
  if (reason === SUBJECT_REFUSED) throw new CallerRefused(SUBJECT_REFUSED);
  throw new TokenNotGiven(`The identity service answered ${response.status}, ${String(error ?? 'without a token')}.`);
}
