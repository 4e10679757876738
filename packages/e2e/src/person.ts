import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type Cloud, json } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';

/** Somebody with an account, who uses the pages of the identity service. */
export interface Person {
  readonly email: string;
  readonly password: string;
}

/** The tokens of somebody who is signed in with an application. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A request of the application `storefront` for a code, and what proves that it comes from there. */
export interface CodeRequest {
  readonly url: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

/** Where the local stage's application has its page. Nothing need be there: its address has the code. */
const REDIRECT_URI = 'http://127.0.0.1:4001/callback';

/** One that the search for leaks knows: packages/testing/src/leaks.ts. */
export const PASSWORD = 'correct horse battery staple';

export const newEmail = (): string => `${randomUUID()}@example.com`;

/** The address of the identity service, as its tokens and mails have it. */
export async function issuerOf(cloud: Cloud): Promise<string> {
  const { parameters } = (await cloud.view('resources')) as {
    readonly parameters: readonly { readonly name: string; readonly value?: string }[];
  };
  const issuer = parameters.find(({ name }) => name === '/dure/local/identity/issuer')?.value;
  if (issuer === undefined) throw new Error('No identity service runs.');
  return issuer;
}

/** The link in the next mail to somebody, after so many. */
export const linkIn = (cloud: Cloud, email: string, after = 0): Promise<string> =>
  eventually('A mail with a link arrives', async () => {
    const { emails } = (await json(`${cloud.url}/_cloud/emails?to=${email}`)) as {
      readonly emails: readonly { readonly text?: string }[];
    };
    return emails.length > after ? /https?:\S+token=\S+/.exec(emails[0]?.text ?? '')?.[0] : undefined;
  });

export function codeRequest(issuer: string): CodeRequest {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: 'storefront', redirect_uri: REDIRECT_URI },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
  });
  return { url: `${issuer}/oauth/authorize?${query}`, redirectUri: REDIRECT_URI, verifier };
}

const post = (url: string, fields: Readonly<Record<string, string>>, headers = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });

/** What an application gets for the address that the person was sent to. */
export async function tokensFor(
  issuer: string,
  { redirectUri, verifier }: CodeRequest,
  sentTo: string,
): Promise<Tokens> {
  const answer = await post(`${issuer}/oauth/token`, {
    ...{
      grant_type: 'authorization_code',
      client_id: 'storefront',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    },
    code: new URL(sentTo).searchParams.get('code') ?? '',
  });
  return tokensIn(answer);
}

async function tokensIn(answer: Response): Promise<Tokens> {
  const body = (await answer.json()) as { access_token: string; refresh_token: string };
  if (answer.status !== 200) throw new Error(`There are no tokens: ${answer.status} ${JSON.stringify(body)}`);
  return { accessToken: body.access_token, refreshToken: body.refresh_token };
}

/** Status of the answer to a refresh token. */
export async function refreshed(issuer: string, { refreshToken }: Tokens): Promise<number> {
  const fields = { grant_type: 'refresh_token', client_id: 'storefront', refresh_token: refreshToken };
  const answer = await post(`${issuer}/oauth/token`, fields);
  await answer.arrayBuffer();
  return answer.status;
}

/** As an application does whose person signs out. */
export async function signOut(issuer: string, { refreshToken }: Tokens): Promise<number> {
  const answer = await post(`${issuer}/oauth/revoke`, { client_id: 'storefront', token: refreshToken });
  await answer.arrayBuffer();
  return answer.status;
}

/** Sends the form of a page, with what somebody enters, as a browser without a script. */
async function enter(url: string, action: string, entered: Readonly<Record<string, string>>): Promise<Response> {
  const page = await fetch(url);
  const hidden = [...(await page.text()).matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const fields = hidden.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')] as const);
  const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return post(new URL(action, url).href, { ...Object.fromEntries(fields), ...entered }, { cookie });
}

/** An account that somebody has registered, by the pages and the mail. */
export async function register(cloud: Cloud, issuer: string): Promise<Person> {
  const person = { email: newEmail(), password: PASSWORD };
  const asked = await enter(`${issuer}/account/register`, 'register', { email: person.email });
  const chosen = await enter(await linkIn(cloud, person.email), 'password', { password: person.password });
  if (!asked.ok || !chosen.ok) throw new Error(`There is no account: ${asked.status}, ${chosen.status}.`);
  return person;
}

/** Signs somebody in with the application. */
export async function signIn(issuer: string, { email, password }: Person): Promise<Tokens> {
  const request = codeRequest(issuer);
  const answer = await enter(request.url, 'authorize', { email, password });
  const sentTo = answer.headers.get('location');
  if (sentTo === null) throw new Error(`Nobody is signed in: ${answer.status}.`);
  return tokensFor(issuer, request, sentTo);
}
