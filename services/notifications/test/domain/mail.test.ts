import { exampleLine, exampleTotal, CancellationReason, RejectionReason } from '@dure/contracts/orders';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toMail } from '../../src/domain/mail/layout.ts';
import { mailOf } from '../../src/domain/mail/mail.ts';
import { formatMoney } from '../../src/domain/mail/money.ts';
import type { MailKind } from '../../src/domain/mail/wording.ts';
import { unknownOrder } from '../../src/domain/order.ts';
import type { Language } from '../../src/domain/preferences.ts';

const order = { ...unknownOrder('01890a5d-ac96-774b-bcce-b302099a8057'), lines: [exampleLine], total: exampleTotal };
const kinds: MailKind[] = ['placed', 'shipped', 'completed', 'rejected', 'cancelled', 'refunded'];
const languages: Language[] = ['en', 'ko'];
const details = { reason: 'out-of-stock', amount: exampleTotal, refunded: exampleTotal, parcels: [] };

describe.each(languages)('in %s', (language) => {
  it.each(kinds)('the mail of %s is complete', (kind) => {
    const { subject, text, html } = mailOf(kind, { order, details, language });
    expect(subject).toContain('(B302099A8057)');
    for (const part of ['White mug', '€25.80']) expect([text, html].every((it) => it.includes(part))).toBe(true);
    expect(text).not.toMatch(/undefined|\[object/);
  });

  it.each([...RejectionReason.options, ...CancellationReason.options])('there are words for %s', (reason) => {
    const kind = RejectionReason.options.some((it) => it === reason) ? 'rejected' : 'cancelled';
    const { text } = mailOf(kind, { order, details: { reason }, language });
    const unknown = mailOf(kind, { order, details: { reason: 'no such reason' }, language }).text;
    expect(text).not.toBe(unknown);
  });
});

it('lists the parcels', () => {
  const parcels = [{ shipmentId: 's', carrier: 'Post <b>', trackingNumber: 'A&1' }];
  const { text, html } = mailOf('shipped', { order, details: { parcels }, language: 'en' });
  expect(text).toContain('- Post <b>, tracking number A&1');
  expect(html).toContain('<li>Post &lt;b&gt;, tracking number A&amp;1</li>');
});

it('never lets foreign text become markup or another header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (title, item) => {
      const plain = toMail({ subject: 'x', language: 'en', blocks: ['', { title: '', items: [''] }] }).html;
      const { subject, html } = toMail({
        subject: `${title}x`,
        language: 'en',
        blocks: [item, { title, items: [item] }],
      });
      expect(subject).not.toMatch(/[\u0000-\u001f]/);
      expect(html.match(/<[^>]*>/g)).toEqual(plain.match(/<[^>]*>/g));
    }),
  );
});

it.each([
  [{ amount: 1999, currency: 'USD' }, 'en', '$19.99'],
  [{ amount: 1999, currency: 'KRW' }, 'ko', '₩1,999'],
  [{ amount: 1999, currency: 'KWD' }, 'en', 'KWD 1.999'],
] as const)('%j in %s is %s', (money, language, expected) => {
  expect(formatMoney(money, language).replace('\u00a0', ' ')).toBe(expected);
});
