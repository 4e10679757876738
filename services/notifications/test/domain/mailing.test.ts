import { expect, it } from '@jest/globals';
import { claim, LEASE_MS, type MailRecord } from '../../src/domain/mailing.ts';

const now = Date.parse('2026-01-05T09:30:00.000Z');
const DAY_MS = 86_400_000;

const sending = (until: number): MailRecord => ({
  ...{ id: 'e-1', orderId: 'o-1', customerId: 'c-1', milestone: 'completed', language: 'en', status: 'sending' },
  ...{ attempts: 1, brokenOff: 0, until, at: '2026-01-05T09:29:00.000Z', updatedAt: '', version: 1 },
});

it.each([
  ['ends now', now, 'claim'],
  ['has just begun', now + LEASE_MS, 'busy'],
  ['another invocation began after this one had read its clock', now + LEASE_MS + 5, 'busy'],
  ['was begun by a clock that is two days ahead', now + LEASE_MS + 2 * DAY_MS, 'claim'],
  ['was begun by a clock that is two days behind', now + LEASE_MS - 2 * DAY_MS, 'claim'],
])('a lease that %s: %d', (_, until, outcome) => {
  const answer = claim(sending(until), now);
  expect(typeof answer === 'string' ? answer : Object.keys(answer)[0]).toBe(outcome);
});
