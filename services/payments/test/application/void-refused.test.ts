import { expect, it } from '@jest/globals';
import { beginCall, type Call } from '@dure/contracts/binding/call';
import { authorisePayment } from '../../src/application/authorise-payment.ts';
import { cancelPayment } from '../../src/application/cancel-payment.ts';
import { settlePayments } from '../../src/application/settle-payments.ts';
import { memoryStore } from '../support/memory-store.ts';
import { modelProvider } from '../support/model-provider.ts';

const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const DAY = 24 * 60;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function callAfter(minutes: number): Call {
  const time = new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
  return { ...beginCall({ marker: undefined }), time, log: silent };
}

/** An authorised payment whose hold the provider never voids. */
async function refusedVoid() {
  const { store, published } = memoryStore(async () => {});
  const model = modelProvider(
    async () => {},
    () => 'none',
  );
  let asked = 0;
  const provider: typeof model.provider = {
    ...model.provider,
    async void() {
      asked += 1;
      return { type: 'refused', reason: 'the account is under review' };
    },
  };
  const dependencies = { store, provider, pauses: [] };
  const charge = {
    paymentId: 'one',
    amount: { amount: 1000, currency: 'EUR' },
    paymentMethod: 'pm_card_visa',
  } as const;
  await authorisePayment(dependencies, callAfter(0), { orderId, ...charge });
  const cancelled = cancelPayment(dependencies, callAfter(0), { orderId, reason: 'why', refundId: 'two' });
  await expect(cancelled).rejects.toThrow('under review');
  const sweep = (minutes: number) => {
    const call = callAfter(minutes);
    return settlePayments(dependencies, call, new Date(Date.parse(call.time) - DAY * 60_000).toISOString());
  };
  return { store, published, sweep, asked: () => asked };
}

it('ends when no network can hold the money any more', async () => {
  const { store, published, sweep } = await refusedVoid();
  expect(await sweep(30 * DAY)).toMatchObject({ settled: 0, postponed: 1 });
  expect((await store.load(orderId)).payment.status).toBe('voiding');
  expect(await sweep(31 * DAY + 61)).toMatchObject({ settled: 1 });
  expect((await store.load(orderId)).payment.status).toBe('voided');
  expect(published.at(-1)?.event).toEqual({ type: 'PaymentVoided', data: { reason: 'why' } });
});

it('is asked about ever more rarely, though once an hour at least', async () => {
  const { sweep, asked } = await refusedVoid();
  const perHour = async (from: number) => {
    const before = asked();
    for (let minute = from; minute < from + 60; minute += 1) await sweep(minute);
    return asked() - before;
  };
  const rates = [await perHour(1), await perHour(5 * 60), await perHour(20 * 60)];
  expect(rates[0]).toBeGreaterThan(rates[1]!);
  expect(rates.at(-1)).toBe(1);
});
