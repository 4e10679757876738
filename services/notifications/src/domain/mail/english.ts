import type { Wording } from './wording.ts';

export const english: Wording = {
  goods: 'Your order:',
  total: (amount) => `Total: ${amount}`,
  parcels: 'Your parcels:',
  parcel: ({ carrier, trackingNumber }) => `${carrier}, tracking number ${trackingNumber}`,
  optional: 'You can choose which of these e-mails you receive.',
  mails: {
    placed: (order) => ({
      subject: `We received your order (${order})`,
      text: ['Thank you for your order. We will let you know as soon as it is on its way.'],
    }),
    shipped: (order) => ({
      subject: `Your order is on its way (${order})`,
      text: ['Your order has left our warehouse.'],
    }),
    completed: (order, { refunded }) => ({
      subject: `Your order has arrived (${order})`,
      text: [
        'Your order has arrived.',
        ...(refunded ? [`Part of it was lost or returned, so we are refunding ${refunded}.`] : []),
      ],
    }),
    rejected: (order, { reason }) => ({
      subject: `We could not process your order (${order})`,
      text: [
        `We are sorry, but we could not process your order because ${reasons[reason ?? ''] ?? 'something went wrong'}.`,
        'You were not charged. Any amount that your bank reserved will be released.',
      ],
    }),
    cancelled: (order, { reason }) => ({
      subject: `Your order has been cancelled (${order})`,
      text: [
        `Your order has been cancelled because ${reasons[reason ?? ''] ?? 'something went wrong'}.`,
        'We will refund anything that you have paid for it.',
      ],
    }),
    refunded: (order, { amount }) => ({
      subject: `Your refund (${order})`,
      text: [`We have refunded ${amount}. It may take a few days to appear in your account.`],
    }),
  },
};

const reasons: Readonly<Record<string, string>> = {
  'unknown-product': 'a product is no longer sold',
  'currency-mismatch': 'a product is not sold in the currency of your order',
  'out-of-stock': 'a product is out of stock',
  'payment-declined': 'the payment was declined',
  'payment-unavailable': 'the payment could not be processed',
  'stock-unavailable': 'the goods could not be reserved',
  'workflow-lost': 'it could not be processed',
  'customer-request': 'you asked us to cancel it',
  'shipping-refused': 'it cannot be delivered to your address',
  'fulfilment-failed': 'it could not be shipped',
  'parcel-returned': 'the parcel was returned to us',
  'parcel-lost': 'the parcel was lost in transit',
};
