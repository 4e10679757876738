import { randomUUID } from 'node:crypto';
import { openTable } from '@dure/contracts/binding/table';
import { describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { type Answer, ask, form, ISSUER, secretOf, tableName } from './support/service.ts';

const REDIRECT = 'https://shop.example.com/callback';
process.env['REDIRECT_URIS'] = REDIRECT;
const { handler: pages } = await import('../src/pages/index.ts');
const { handler: server } = await import('../src/oauth/index.ts');
const { digestOf } = await import('../src/application/password.ts');
const { createAccountStore } = await import('../src/store/account-store.ts');

const storefront: oauth.Client = { client_id: 'storefront' };
const none = oauth.None();
const person = { email: `${randomUUID()}@example.com`, password: 'correct horse battery staple' };
await createAccountStore(openTable(tableName)).add({
  id: 'c-2001',
  email: person.email,
  password: await digestOf(person.password),
  roles: ['customer'],
});

/** What the client library sends reaches the service's handler as API Gateway would pass it on. */
const options = {
  [oauth.allowInsecureRequests]: true,
  async [oauth.customFetch](url: string, init: { method: string; headers: Record<string, string>; body?: unknown }) {
    const resource = url.slice(ISSUER.length);
    const body = init.body === undefined ? undefined : String(init.body as URLSearchParams);
    const { status, headers, text } = await ask(server, { method: init.method, resource, headers: init.headers, body });
    return new Response(text, { status, headers });
  },
};

const discover = async (): Promise<oauth.AuthorizationServer> => {
  const url = `${ISSUER}/.well-known/oauth-authorization-server`;
  const response = await options[oauth.customFetch](url, { method: 'GET', headers: {} });
  return oauth.processDiscoveryResponse(new URL(ISSUER), response);
};

/** Shows the page, enters what the person knows, and follows to where the browser is sent. */
async function signIn(as: oauth.AuthorizationServer, challenge: string, state: string): Promise<URL> {
  const query = {
    ...{ response_type: 'code', client_id: storefront.client_id, redirect_uri: REDIRECT, state },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
  };
  const resource = as.authorization_endpoint!.slice(ISSUER.length);
  const page = await ask(pages, { resource, query });
  const cookie = page.headers['set-cookie']?.split(';')[0] ?? '';
  const answer = await ask(pages, form(resource, { ...hiddenFields(page), ...person }, { cookie }));
  return new URL(answer.headers['location']!);
}

const hiddenFields = ({ text }: Answer): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll('&amp;', '&'),
    ]),
  );

async function tokensFor(as: oauth.AuthorizationServer) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const sent = await signIn(as, await oauth.calculatePKCECodeChallenge(verifier), state);
  const callback = oauth.validateAuthResponse(as, storefront, sent, state);
  const exchange = () =>
    oauth.authorizationCodeGrantRequest(as, storefront, none, callback, REDIRECT, verifier, options);
  return { tokens: await oauth.processAuthorizationCodeResponse(as, storefront, await exchange()), exchange };
}

const refresh = async (as: oauth.AuthorizationServer, token: string) =>
  oauth.processRefreshTokenResponse(
    as,
    storefront,
    await oauth.refreshTokenGrantRequest(as, storefront, none, token, options),
  );

describe('a client library that nobody here wrote', () => {
  it('reads the metadata, signs a person in, refreshes, revokes', async () => {
    const as = await discover();
    const { tokens } = await tokensFor(as);
    expect(tokens.token_type).toBe('bearer');
    const newer = await refresh(as, tokens.refresh_token!);
    expect(newer.refresh_token).not.toBe(tokens.refresh_token);
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, storefront, none, newer.refresh_token!, options),
    );
    await expect(refresh(as, newer.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('is given nothing for a code that comes twice, and loses what the first gave', async () => {
    const as = await discover();
    const { tokens, exchange } = await tokensFor(as);
    const again = oauth.processAuthorizationCodeResponse(as, storefront, await exchange());
    await expect(again).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(refresh(as, tokens.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('asks what a token is', async () => {
    const as = await discover();
    const { tokens } = await tokensFor(as);
    const secret = oauth.ClientSecretBasic(secretOf('auditor'));
    const asked = (token: string) =>
      oauth
        .introspectionRequest(as, { client_id: 'auditor' }, secret, token, options)
        .then((response) => oauth.processIntrospectionResponse(as, { client_id: 'auditor' }, response));
    expect(await asked(tokens.access_token)).toMatchObject({ active: true, sub: 'c-2001', client_id: 'storefront' });
    expect(await asked(tokens.refresh_token!)).toMatchObject({ active: true, sub: 'c-2001' });
    expect(await asked('made-up')).toEqual({ active: false });
  });

  it('accepts the token of a client, by the published keys', async () => {
    const as = await discover();
    const client = { client_id: 'operator' };
    const secret = oauth.ClientSecretBasic(secretOf('operator'));
    const response = await oauth.clientCredentialsGrantRequest(as, client, secret, new URLSearchParams(), options);
    const { access_token: token } = await oauth.processClientCredentialsResponse(as, client, response);
    const request = new Request('https://orders.example.com/', { headers: { authorization: `Bearer ${token}` } });
    const claims = await oauth.validateJwtAccessToken(as, request, 'urn:dure:test', options);
    expect(claims).toMatchObject({ sub: 'operator', client_id: 'operator' });
  });
});
