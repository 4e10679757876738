/** The provider's own account of an order. */
export interface Truth {
  readonly authorisations: number;
  readonly captures: number;
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
}

export const nothing: Truth = { authorisations: 0, captures: 0, held: 0, captured: 0, refunded: 0 };

export const amount = { amount: 2580, currency: 'EUR' } as const;

/** The sandbox's account of an order. */
export const sandboxTruth = (endpoint: string) => async (orderId: string) => {
  const response = await fetch(`${endpoint}/v1/charges?order_id=${orderId}`);
  const { data } = (await response.json()) as { data: (Truth & { order_id: string; currency: string })[] };
  const { order_id: _, currency: __, ...totals } = data[0] ?? { ...nothing, order_id: '', currency: '' };
  return totals;
};
