import { ownIssuer } from '@dure/contracts/binding/trusted-issuers';
import { openVerifier, type VerifyToken } from '@dure/contracts/binding/verify-token';
import { lambdaContext } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { ask, basic, form, ISSUER, kms, secretOf } from './support/service.ts';
import { stopClock } from './support/clock.ts';

/*
 * The service's handlers as Lambda calls them, and verifiers as authorizers have them, each with keys of its own that it read at
 * another time. The clock is moved; everything else is as it runs.
 */

const { handler: oauth } = await import('../src/oauth/index.ts');
const { handler: api } = await import('../src/http/index.ts');
const { handler: tendKeys } = await import('../src/tend-keys.ts');
const { keys } = await import('../src/composition.ts');

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const start = Date.now();
const at = (time: number): unknown => stopClock(start + time);

let loads = 0;
async function loadKeys(): Promise<JSONWebKeySet> {
  loads += 1;
  return (await ask(oauth, { resource: '/.well-known/jwks.json' })).body as unknown as JSONWebKeySet;
}
const newVerifier = (): VerifyToken => openVerifier([ownIssuer(ISSUER, 'test')], { loadKeys });

async function operatorToken(): Promise<string> {
  const asked = form('/oauth/token', { grant_type: 'client_credentials' }, basic('operator', secretOf('operator')));
  return String((await ask(oauth, asked)).body['access_token']);
}

async function guestToken(): Promise<string> {
  return String((await ask(api, { method: 'POST', resource: '/v1/guest-tokens' })).body['accessToken']);
}

/** Hourly before the key's end, half-minutely around the moment at which the next one signs, then hourly for more than a day. */
const BEFORE = Array.from({ length: 3 }, (_, index) => 90 * 24 * HOUR - (3 - index) * HOUR);
const AROUND = Array.from({ length: 30 }, (_, index) => 90 * 24 * HOUR + (index * MINUTE) / 2);
const AFTER = Array.from({ length: 26 }, (_, index) => 90 * 24 * HOUR + (index + 1) * HOUR);

it('no request is refused while keys change, whoever issues, verifies and tends them at once', async () => {
  const verifiers: VerifyToken[] = [];
  const guests: { readonly token: string; readonly until: number }[] = [];
  const [used, refused] = [new Set<string>(), [] as string[]];
  let verified = 0;
  at(0);
  await operatorToken();
  for (const [step, time] of [...BEFORE, ...AROUND, ...AFTER].entries()) {
    at(time);
    // Environments come and go: each begins with the keys of its time.
    if (step % 7 === 0) verifiers.push(newVerifier());
    if (verifiers.length > 4) verifiers.shift();
    const tending = time % HOUR === 0 ? tendKeys({} as never, lambdaContext) : undefined;
    const [given] = await Promise.all([
      Promise.all([operatorToken(), operatorToken(), operatorToken(), guestToken()]),
      tending,
    ]);
    if (step % 5 === 0) guests.push({ token: given[3], until: time + 24 * HOUR });
    const inUse = [...given, ...guests.filter(({ until }) => time < until).map(({ token }) => token)];
    await Promise.all(
      verifiers.flatMap((verify, index) =>
        inUse.map(async (token) => {
          await verify(token).catch((error: unknown) => refused.push(`${time} ${index} ${String(error)}`));
          verified += 1;
        }),
      ),
    );
    given.forEach((token) => used.add(String(decodeProtectedHeader(token).kid)));
  }
  expect(refused).toEqual([]);
  expect([used.size, verified > 1_000]).toEqual([2, true]);
  // Nobody asks for the keys with each request.
  expect(loads).toBeLessThan(verified / 10);
  const { keys: ring } = await keys.ring.load();
  expect(ring.map(({ keyId }) => kms.keys.find(keyId)?.deletionAt)).toEqual([undefined]);
});

it('a token of a key that nobody has published is refused, before and after', async () => {
  const verify = newVerifier();
  const [head = '', payload = '', signature = ''] = (await operatorToken()).split('.');
  const other = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'another' })).toString('base64url');
  await expect(verify([other, payload, signature].join('.'))).rejects.toThrow();
  await expect(verify([head, payload, signature.split('').reverse().join('')].join('.'))).rejects.toThrow();
});
