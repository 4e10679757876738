import { ownIssuer } from '@dure/contracts/binding/trusted-issuers';
import { openVerifier } from '@dure/contracts/binding/verify-token';
import { JwtVerifier } from 'aws-jwt-verify';
import { type CryptoKey, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';

/** A way to verify access tokens that has the issuer's keys already. */
export interface Variant {
  readonly name: string;
  /** Whether it gets the same token every time, as an environment does that serves one caller. */
  readonly sameToken: boolean;
  readonly verify: (token: string) => Promise<unknown>;
}

export interface Tokens {
  readonly variants: readonly Variant[];
  /** Makes tokens, each another one. */
  readonly sign: (count: number) => Promise<string[]>;
}

const ISSUER = 'https://identity.example/dev';
const AUDIENCE = 'urn:dure:dev';

/** ES256, as the identity service signs. */
export async function prepareTokens(): Promise<Tokens> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { x, y } = await exportJWK(publicKey);
  const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: x!, y: y!, kid: 'bench', alg: 'ES256', use: 'sig' }] };
  const verify = openVerifier([ownIssuer(ISSUER, 'dev')], { loadKeys: () => Promise.resolve(jwks) });
  const local = createLocalJWKSet(jwks);
  const aws = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/.well-known/jwks.json` });
  aws.cacheJwks(jwks);
  const jose = (token: string) =>
    jwtVerify(token, local, { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], typ: 'at+jwt' });
  const awsJwtVerify = (token: string) => aws.verify(token);
  return {
    variants: [
      { name: '`openVerifier`, another token', sameToken: false, verify },
      { name: '`jose`, another token', sameToken: false, verify: jose },
      { name: '`aws-jwt-verify`, another token', sameToken: false, verify: awsJwtVerify },
      { name: '`openVerifier`, the same token', sameToken: true, verify },
      { name: '`jose`, the same token', sameToken: true, verify: jose },
      { name: '`aws-jwt-verify`, the same token', sameToken: true, verify: awsJwtVerify },
    ],
    sign: (count) => Promise.all(Array.from({ length: count }, (_, index) => token(privateKey, index))),
  };
}

let made = 0;

const token = (privateKey: CryptoKey, index: number): Promise<string> =>
  new SignJWT({ client_id: 'web', scope: 'orders:read orders:place payments:read', roles: ['customer'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(`c-${index}`)
    .setJti(`token-${(made += 1)}`)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
