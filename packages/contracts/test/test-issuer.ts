import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from '@jest/globals';
import { exportJWK } from 'jose/key/export';
import { generateKeyPair } from 'jose/key/generate/keypair';
import { SignJWT } from 'jose/jwt/sign';
import type { CryptoKey, JWK } from 'jose';

/** An issuer of tokens that publishes its keys over HTTP, for the tests of a file. */
export interface TestIssuer {
  readonly issuer: string;
  readonly jwks: string;
  /** How often the keys were read. */
  requests: number;
  /** What a reader of the keys gets instead of them. */
  away: 'no' | 'error' | 'nonsense';
  /** Publishes a new key. */
  add(kid: string, alg?: string): Promise<JWK>;
  /** Takes a key out of what is published. */
  remove(kid: string): void;
  /** Makes a token of the newest key, or of the one named. */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  published: boolean;
}

export const seconds = (): number => Math.floor(Date.now() / 1000);

export function testIssuer(): TestIssuer {
  const keys: Key[] = [];
  const server = createServer((_request, response) => {
    state.requests += 1;
    if (state.away === 'error') return void response.writeHead(503).end();
    if (state.away === 'nonsense') return void response.end('<html>');
    response.end(JSON.stringify({ keys: keys.filter(({ published }) => published).map(({ jwk }) => jwk) }));
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(state, { issuer: url, jwks: `${url}/.well-known/jwks.json` });
    await state.add('first');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const state: TestIssuer = {
    issuer: '',
    jwks: '',
    requests: 0,
    away: 'no',
    async add(kid, alg = 'ES256') {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
      keys.push({ kid, alg, privateKey, jwk, published: true });
      return jwk;
    },
    remove(kid) {
      for (const key of keys) if (key.kid === kid) key.published = false;
    },
    token(claims = {}, header = {}) {
      const key =
        keys.findLast(({ kid, published }) => (header['kid'] === undefined ? published : header['kid'] === kid)) ??
        keys[0]!;
      return new SignJWT({
        iss: state.issuer,
        aud: 'urn:dure:test',
        sub: 'c-1001',
        client_id: 'web',
        jti: 'token-1',
        scope: 'orders:read orders:place',
        roles: ['customer'],
        iat: seconds(),
        exp: seconds() + 600,
        ...claims,
      })
        .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
        .sign(key.privateKey);
    },
  };
  return state;
}
