import type { InvokeResult } from '@dure/lambda-runtime';

/** Invokes a function by name or ARN. Rejects only when it could not be called at all. */
export type InvokeLambda = (functionName: string, payload: unknown) => Promise<InvokeResult>;

/** Writes one line of a log. `fields` must be plain JSON. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;

/** What was delivered to whom. */
export interface Delivery {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly id: string;
  readonly detail: string;
  readonly outcome: 'delivered' | 'retrying' | 'dead-lettered' | 'dropped';
  readonly reason?: string;
}

export type RecordDelivery = (delivery: Delivery) => void;
