import { randomUUID } from 'node:crypto';
import { createTestTable } from '@dure/testing/dynamodb';

/** A separate table for a test file, with the indexes of serverless.yml, and the environment of the functions. */
export async function ordersTable(): Promise<string> {
  const { tableName } = await createTestTable({
    indexes: [
      { name: 'open', pk: 'openPk', sk: 'openSk' },
      { name: 'byCustomer', pk: 'customerPk', sk: 'customerSk' },
      { name: 'byStatus', pk: 'statusPk', sk: 'statusSk' },
    ],
  });
  Object.assign(process.env, {
    TABLE_NAME: tableName,
    SERVICE_NAME: 'orders',
    LOG_LEVEL: 'error',
    QUEUE_URL: 'http://127.0.0.1:9/none',
    QUEUE_DLQ_URL: 'http://127.0.0.1:9/none',
    MAX_RECEIVES: '5',
  });
  return tableName;
}

export const newSku = () => `SKU-${randomUUID()}`;

export const orderBody = (sku: string, more: object = {}) => ({
  customer: { id: `c-${randomUUID()}`, email: 'mina@example.com' },
  currency: 'EUR',
  items: [{ sku, quantity: 2 }],
  paymentMethod: 'pm_card_visa',
  shippingAddress: { name: 'Mina Kim', line1: '12 Sejong-daero', city: 'Seoul', postalCode: '04524', country: 'KR' },
  ...more,
});
