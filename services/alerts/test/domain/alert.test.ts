import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toAlert } from '../../src/domain/alert.ts';
import { toEmail } from '../../src/domain/alert-email.ts';

const id = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
const at = '2026-01-05T09:30:01.000Z';
const alarm = { AlarmName: 'dure-prod-orders-relay-errors', NewStateValue: 'ALARM', OldStateValue: 'OK' };

describe('a notice for an owner', () => {
  const own = '01890a5d-ac96-874b-bcce-b302099a8057';
  const owner = { name: 'Team Post', email: 'post@example.com', webhook: 'https://example.com/hook' };

  it('has its own id, and says whom it is for', () => {
    const message = { notice: 'Move.', id: own, owner };
    expect(toAlert({ id, at, subject: 'It goes', message })).toEqual({
      ...{ id: own, at, state: 'NOTICE', title: 'It goes', reason: 'Move.', owner },
    });
  });

  it('is for the operators, with the id of the notification, when it says neither as it should', () => {
    const message = { notice: 'Move.', id: 'ALERT#1', owner: { email: 'post@example.com' } };
    expect(toAlert({ id, at, message })).toEqual({ id, at, state: 'NOTICE', title: 'Move.', reason: 'Move.' });
  });
});

describe('a notification', () => {
  it('of CloudWatch is an alarm, at the time of its change', () => {
    const message = { ...alarm, NewStateReason: 'why', StateChangeTime: '2026-01-05T09:30:00.123+0000' };
    expect(toAlert({ id, at, message })).toMatchObject({
      ...{ id, state: 'ALARM', title: alarm.AlarmName, reason: 'why', at: '2026-01-05T09:30:00.123Z' },
      alarm: { name: alarm.AlarmName, previousState: 'OK', description: '' },
    });
  });

  it.each([
    ['a text', 'Careful.\nIt is dark.', undefined, 'Careful.', 'Careful.\nIt is dark.'],
    ['a text with a subject', 'It is dark.', 'Careful', 'Careful', 'It is dark.'],
    ['a notice', { notice: 'It is dark.' }, 'Careful', 'Careful', 'It is dark.'],
    [
      'an alarm without a name',
      { NewStateValue: 'ALARM' },
      undefined,
      '{"NewStateValue":"ALARM"}',
      '{"NewStateValue":"ALARM"}',
    ],
    ['an alarm in no known state', { ...alarm, NewStateValue: 'LOUD' }, 'x', 'x', expect.stringContaining('LOUD')],
    ['a number', 7, undefined, '7', '7'],
  ])('that is %s is a notice', (_, message, subject, title, reason) => {
    expect(toAlert({ id, at, subject, message })).toEqual({ id, at, state: 'NOTICE', title, reason });
  });

  it('of any content makes an alert that can be stored and mailed', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.string(), fc.record({ AlarmName: fc.string(), NewStateValue: fc.constant('OK') })),
        (message) => {
          const alert = toAlert({ id, at, message });
          const { subject, text } = toEmail(alert, 'prod');
          expect(Buffer.byteLength(JSON.stringify(alert))).toBeLessThan(200_000);
          expect(subject.length).toBeLessThanOrEqual(100);
          expect(subject).not.toMatch(/[\u0000-\u001f]/);
          expect(text).toContain(id);
        },
      ),
    );
  });
});
