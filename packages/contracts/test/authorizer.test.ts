import { describe, expect, it } from '@jest/globals';
import type { APIGatewayRequestAuthorizerEvent, Context } from 'aws-lambda';
import fc from 'fast-check';
import { type Guarded, policyFor } from '../src/binding/authorizer-policy.ts';
import { authorizer } from '../src/binding/authorizer.ts';
import { ownIssuer } from '../src/binding/trusted-issuers.ts';
import { openVerifier } from '../src/binding/verify-token.ts';
import { captureLogs } from './logs.ts';
import { testIssuer } from './test-issuer.ts';

const STAGE = 'arn:aws:execute-api:us-east-1:123456789012:abcdef/dev';
const ENDPOINTS: readonly Guarded[] = [
  ['GET', '/v1/orders', ['orders:read:any']],
  ['POST', '/v1/orders', ['orders:place']],
  ['GET', '/v1/orders/{id}', ['orders:read', 'orders:read:any']],
  ['GET', '/v1/orders/{id}/workflow', ['workflows:read']],
  ['DELETE', '/v1/orders/{id}', ['orders:erase']],
];

const lines = captureLogs();
const identity = testIssuer();

const handlerOf = (endpoints = ENDPOINTS) => {
  let handle: ReturnType<typeof authorizer> | undefined;
  return (headers: Record<string, string>, methodArn = `${STAGE}/GET/v1/orders/7`) => {
    handle ??= authorizer({ endpoints, verify: openVerifier([ownIssuer(identity.issuer, 'test')]) });
    return handle({ type: 'REQUEST', methodArn, headers } as APIGatewayRequestAuthorizerEvent, {} as Context);
  };
};

/** What API Gateway decides: a `*` matches slashes too, and a denial wins. */
function isAllowed(statements: ReturnType<typeof policyFor>, method: string, path: string): boolean {
  const arn = `${STAGE}/${method}${path}`;
  const applies = (pattern: string) =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(arn);
  const effects = statements.filter((it) => it.Resource.some(applies)).map((it) => it.Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

describe('the policy', () => {
  it('of a token that a GET used does not allow a DELETE of the same path', () => {
    const statements = policyFor(ENDPOINTS, ['orders:read'], STAGE);
    expect(isAllowed(statements, 'GET', '/v1/orders/7')).toBe(true);
    expect(isAllowed(statements, 'GET', '/v1/orders/8')).toBe(true);
    expect(isAllowed(statements, 'DELETE', '/v1/orders/7')).toBe(false);
    expect(isAllowed(statements, 'POST', '/v1/orders')).toBe(false);
  });

  it('does not allow a sibling below the path that its wildcard matches', () => {
    const statements = policyFor(ENDPOINTS, ['orders:read'], STAGE);
    expect(isAllowed(statements, 'GET', '/v1/orders/7/workflow')).toBe(false);
    const both = policyFor(ENDPOINTS, ['orders:read', 'workflows:read'], STAGE);
    expect(isAllowed(both, 'GET', '/v1/orders/7/workflow')).toBe(true);
  });

  it('never allows the whole API, and denies a token without rights everything', () => {
    const everything = ENDPOINTS.flatMap(([, , scopes]) => scopes);
    const allowed = policyFor(ENDPOINTS, everything, STAGE).flatMap(({ Resource }) => Resource);
    expect(allowed).toHaveLength(ENDPOINTS.length);
    expect(allowed.every((resource) => /^\S+\/dev\/(GET|POST|DELETE)\/v1\/orders/.test(resource))).toBe(true);
    expect(policyFor(ENDPOINTS, [], STAGE)).toEqual([
      { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${STAGE}/*`] },
    ]);
  });

  it('allows exactly what the scopes permit, for any scopes', () => {
    const all = [...new Set(ENDPOINTS.flatMap(([, , scopes]) => scopes))];
    fc.assert(
      fc.property(fc.subarray(all), (scopes) => {
        const statements = policyFor(ENDPOINTS, scopes, STAGE);
        for (const [method, path, needed] of ENDPOINTS) {
          const permitted = needed.some((scope) => scopes.includes(scope));
          expect(isAllowed(statements, method, path.replace('{id}', '7'))).toBe(permitted);
        }
      }),
    );
  });
});

describe('the authorizer', () => {
  it('answers the caller and the policy, as API Gateway takes them', async () => {
    const token = await identity.token();
    expect(await handlerOf()({ Authorization: `Bearer ${token}` })).toEqual({
      principalId: 'c-1001',
      policyDocument: {
        Version: '2012-10-17',
        Statement: policyFor(ENDPOINTS, ['orders:read', 'orders:place'], STAGE),
      },
      context: {
        sub: 'c-1001',
        clientId: 'web',
        tokenId: 'token-1',
        scope: 'orders:read orders:place',
        roles: 'customer',
        expiresAt: expect.stringMatching(/^\d{13}$/),
      },
    });
  });

  it('takes the header in any case, and the service that acts for somebody', async () => {
    const token = await identity.token({ act: { sub: 'orders' } });
    expect(await handlerOf()({ authorization: `bearer ${token}` })).toMatchObject({ context: { actor: 'orders' } });
  });

  it.each([
    ['no header', {}, 'missing'],
    ['another scheme', { Authorization: 'Basic YTpi' }, 'not a bearer token'],
    ['two tokens', { Authorization: 'Bearer a.b.c, Bearer a.b.c' }, 'not a bearer token'],
    ['a bad token', { Authorization: 'Bearer a.b.c' }, 'ERR_JWT_INVALID'],
  ])('refuses %s with the message that API Gateway turns into 401', async (_what, headers, reason) => {
    await expect(handlerOf()(headers)).rejects.toThrow(/^Unauthorized$/);
    expect(lines.at(-1)).toMatchObject({ message: 'refused', operation: 'authorize', outcome: 'refused', reason });
  });

  it('is no 401 when nothing can be said about the token, and logs no token', async () => {
    identity.away = 'error';
    const token = await identity.token();
    await expect(handlerOf()({ Authorization: `Bearer ${token}` })).rejects.toThrow('cannot be read');
    identity.away = 'no';
    expect(lines.at(-1)).toMatchObject({ level: 'error', outcome: 'error' });
    expect(JSON.stringify(lines)).not.toContain(token.split('.')[2]);
  });
});
