import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refreshOf, replaced, type Session, SESSION_SECONDS } from '../../src/domain/session.ts';

const START = Date.parse('2026-01-05T09:30:00.000Z');
const at = (now: number): string => new Date(START + now).toISOString();
const grant = { subject: 'c-1', clientId: 'storefront', scopes: [], roles: [] };
const begun: Session = { id: 's', grant, startedAt: at(0), current: 't0', repeats: 0, spent: [], version: 1 };

it('takes each token once, its predecessor for half a minute more, and any before as stolen', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 40 }), (waits) => {
      let [session, now] = [begun, 0];
      for (const [index, wait] of waits.entries()) {
        now += wait;
        expect(refreshOf(session, `t${index}`, START + now)).toBe('replace');
        session = replaced(session, { digest: `t${index + 1}`, salt: 's' }, at(now));
        expect(refreshOf(session, `t${index}`, START + now + 30_000)).toBe('repeat');
        expect(refreshOf(session, `t${index}`, START + now + 30_001)).toBe('theft');
        for (let old = 0; old < index; old += 1) expect(refreshOf(session, `t${old}`, START + now)).toBe('theft');
        expect(refreshOf(session, 'made up', START + now)).toBe('unknown');
      }
    }),
  );
});

it('ends after 30 days, and when it was ended', () => {
  const end = START + SESSION_SECONDS * 1_000;
  expect([refreshOf(begun, 't0', end - 1), refreshOf(begun, 't0', end)]).toEqual(['replace', 'unknown']);
  expect(refreshOf({ ...begun, ended: true }, 't0', START)).toBe('unknown');
});
