import { randomUUID } from 'node:crypto';

interface Sent {
  readonly key?: string;
  readonly timeoutMs?: number;
}

export interface Answered {
  readonly status: number;
  // The provider's JSON as a client in any language sees it.
  readonly body: Record<string, unknown>;
}

/** A plain HTTP client of the provider. */
export function clientOf(endpoint: string) {
  const send = async (path: string, init: RequestInit, timeoutMs = 60_000): Promise<Answered> => {
    const response = await fetch(`${endpoint}${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    get: (path: string) => send(path, {}),
    post: (path: string, body: unknown, { key, timeoutMs }: Sent = {}) =>
      send(
        path,
        {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
        },
        timeoutMs,
      ),
  };
}

export function authorisation(changes: Record<string, unknown> = {}) {
  return {
    amount: 2580,
    currency: 'eur',
    payment_method: 'pm_card_visa',
    metadata: { order_id: randomUUID() },
    capture_method: 'manual',
    confirm: true,
    ...changes,
  };
}
