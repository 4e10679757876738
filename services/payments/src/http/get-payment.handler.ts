import { http, reply } from '@dure/contracts/binding/http';
import { GetPayment } from '@dure/contracts/payments';
import { problem } from '@dure/contracts/problem';
import { store } from '../composition.ts';
import { nothing } from '../store.ts';
import { paymentView } from './payment-view.ts';

export const getPaymentHandler = http(GetPayment, {
  run: ({ params }) => store.load(params.orderId),
  owner: ({ payment }) => ('charge' in payment ? payment.charge?.customerId : undefined),
  none: ({ params }) => nothing(params.orderId),
  answer: (stored) => {
    const view = paymentView(stored);
    return view === undefined ? problem('payment-not-found') : reply(200, view, { etag: stored.version });
  },
});
