import type { Client } from './client.ts';
import { isChallenge } from './pkce.ts';

/** What a client asks a person for. Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export interface Authorization {
  readonly clientId: string;
  readonly clientName: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope?: string | undefined;
  readonly state?: string | undefined;
}

/** `reason` is for the client, which the person is sent back to; without one nobody is sent anywhere. */
export type Refused = { readonly refused: 'client' | 'redirect' } | { readonly reason: string; readonly to: string };

const NAMES = ['client_id', 'redirect_uri', 'code_challenge', 'scope', 'state'] as const;

/** The fields that the form of the page repeats. */
export const repeatedFields = (fields: ReadonlyMap<string, string>): readonly (readonly [string, string])[] =>
  [...NAMES, 'response_type', 'code_challenge_method'].flatMap((name) => {
    const value = fields.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });

/**
 * Reads a request for a code. A person is sent back only to an address that the client has registered, to the letter.
 * Source: https://www.rfc-editor.org/rfc/rfc9700#section-2.1
 */
export function authorizationOf(
  fields: ReadonlyMap<string, string>,
  client: Client | undefined,
): Authorization | Refused {
  if (client === undefined) return { refused: 'client' };
  const redirectUri = fields.get('redirect_uri');
  if (redirectUri === undefined || !client.redirectUris.includes(redirectUri)) return { refused: 'redirect' };
  if (fields.get('response_type') !== 'code') return { reason: 'unsupported_response_type', to: redirectUri };
  const challenge = fields.get('code_challenge') ?? '';
  if (fields.get('code_challenge_method') !== 'S256' || !isChallenge(challenge)) {
    return { reason: 'invalid_request', to: redirectUri };
  }
  const [scope, state] = [fields.get('scope'), fields.get('state')];
  return { clientId: client.id, clientName: client.name, redirectUri, challenge, scope, state };
}

/** The address with an answer in its query, beside what is there already. `iss` says whose answer it is (RFC 9207). */
export function answerAt(redirectUri: string, answer: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) url.searchParams.append(name, value);
  return url.href;
}
