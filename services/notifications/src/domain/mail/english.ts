import type { Wording } from './wording.ts';

export const english: Wording = {
  goods: 'Your order:',
  total: (amount) => `Total: ${amount}`,
  parcels: 'Your parcels:',
  parcel: ({ carrier, trackingNumber }) => `${carrier}, tracking number ${trackingNumber}`,
  optional: 'You can choose which of these mails you get.',
  mails: {
    placed: (order) => ({
      subject: `We received your order (${order})`,
      text: ['Thank you. We received your order, and tell you as soon as it is on its way.'],
    }),
    shipped: (order) => ({ subject: `Your order is on its way (${order})`, text: ['Your order has left our house.'] }),
    completed: (order, { refunded }) => ({
      subject: `Your order has arrived (${order})`,
      text: [
        'Your order has arrived.',
        ...(refunded ? [`Part of it was lost or came back: we give you back ${refunded}.`] : []),
      ],
    }),
    rejected: (order, { reason }) => ({
      subject: `We cannot carry out your order (${order})`,
      text: [
        `We are sorry: we cannot carry out your order, because ${reasons[reason ?? ''] ?? 'something went wrong'}.`,
        'You were not charged; an amount that your bank reserved is released.',
      ],
    }),
    cancelled: (order, { reason }) => ({
      subject: `Your order is cancelled (${order})`,
      text: [
        `Your order is cancelled, because ${reasons[reason ?? ''] ?? 'something went wrong'}.`,
        'What you paid for it is given back.',
      ],
    }),
    refunded: (order, { amount }) => ({
      subject: `We gave you money back (${order})`,
      text: [`We gave you back ${amount}. It takes a few days until it is in your account.`],
    }),
  },
};

const reasons: Readonly<Record<string, string>> = {
  'unknown-product': 'a product is not sold any more',
  'currency-mismatch': 'a product is not sold in the currency of the order',
  'out-of-stock': 'a product is out of stock',
  'payment-declined': 'the payment was declined',
  'payment-unavailable': 'the payment could not be made',
  'stock-unavailable': 'the goods could not be reserved',
  'workflow-lost': 'it could not be processed',
  'customer-request': 'you asked for it',
  'shipping-refused': 'it cannot be sent to your address',
  'fulfilment-failed': 'it could not be sent',
  'parcel-returned': 'the parcel came back to us',
  'parcel-lost': 'the parcel was lost on its way',
};
