import { expect, it } from '@jest/globals';
import { stepAnswers } from '../../src/domain/step-answers.ts';

const shortages = [{ sku: 'MUG', requested: 2, available: 1 }];

it.each([
  ['out-of-stock', shortages, 'ReservationRefused', ['MUG']],
  ['already-released', [], 'ReservationEnded', []],
  ['expired', [], 'ReservationEnded', []],
])('distinguishes missing stock from a reservation that had ended: %s', (reason, short, error, skus) => {
  const answer = stepAnswers.ReservationRefused({ reason, shortages: short });
  expect(answer).toEqual({ ok: false, error, cause: { reason, skus } });
});

it.each([
  ['PaymentDeclined', { cause: 'provider-unavailable' }, 'PaymentUnavailable'],
  ['PaymentDeclined', { cause: 'declined' }, 'PaymentDeclined'],
  ['ShippingRefused', { reason: 'cancelled' }, 'ShippingCancelled'],
  ['ShippingRefused', { reason: 'address-refused' }, 'ShippingRefused'],
] as const)('fails a step with the error of %s: %j', (event, data, error) => {
  expect(stepAnswers[event](data as never)).toEqual({ ok: false, error, cause: data });
});
