import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { isSignedWebhook, signWebhook } from '../src/sign.ts';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const now = Date.now();
const id = randomUUID();

describe('a signed webhook', () => {
  it('is accepted by the specification’s own library, for any content', () => {
    const secret = newSecret();
    fc.assert(
      fc.property(fc.json(), (body) => {
        const headers = signWebhook({ id, body, now }, secret);
        expect(new Webhook(secret).verify(body, { ...headers })).toEqual(JSON.parse(body));
        expect(isSignedWebhook({ ...headers }, { body, now }, secret)).toBe(true);
      }),
    );
  });

  it('is accepted when that library signed it', () => {
    const [secret, body] = [newSecret(), '{"a":1}'];
    const signature = new Webhook(secret).sign(id, new Date(now), body);
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': signature,
    };
    expect(isSignedWebhook(headers, { body, now }, secret)).toBe(true);
  });

  it('is accepted by the old and the new secret while it is rotated', () => {
    const [old, fresh, other] = [newSecret(), newSecret(), newSecret()];
    const headers = { ...signWebhook({ id, body: '{}', now }, fresh, old) };
    expect([old, fresh, other].map((secret) => isSignedWebhook(headers, { body: '{}', now }, secret))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isSignedWebhook(headers, { body: '{}', now }, other, old)).toBe(true);
  });

  it.each([
    ['another body', {}, '{"a":2}', now],
    ['another id', { 'webhook-id': 'x' }, '{"a":1}', now],
    ['another time', { 'webhook-timestamp': String(Math.floor(now / 1000) + 1) }, '{"a":1}', now],
    ['no time', { 'webhook-timestamp': 'now' }, '{"a":1}', now],
    ['no signature', { 'webhook-signature': '' }, '{"a":1}', now],
    ['a signature cut short', { 'webhook-signature': 'v1,AAAA' }, '{"a":1}', now],
    ['another scheme', { 'webhook-signature': 'v2,AAAA' }, '{"a":1}', now],
    ['a recording of six minutes ago', {}, '{"a":1}', now + 360_000],
    ['one of six minutes hence', {}, '{"a":1}', now - 360_000],
  ])('is refused with %s', (_, changes, body, at) => {
    const secret = newSecret();
    const headers = { ...signWebhook({ id, body: '{"a":1}', now }, secret), ...changes };
    expect(isSignedWebhook(headers, { body, now: at }, secret)).toBe(false);
  });

  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'whsec_***', randomBytes(65).toString('base64')])(
    'is not made with a secret like %p',
    (secret) => {
      expect(() => signWebhook({ id, body: '{}', now }, secret)).toThrow('24 to 64 bytes');
    },
  );
});
