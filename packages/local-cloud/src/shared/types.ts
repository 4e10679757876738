/** The interfaces through which the parts of the local cloud call one another. */

import type { InvokeResult } from '@dure/lambda-runtime';

export type { InvokeResult } from '@dure/lambda-runtime';

/**
 * Invokes a function by name or ARN and waits for its answer.
 * Rejects only when the function could not be called at all (unknown name, shutting down).
 */
export type InvokeLambda = (functionName: string, payload: unknown) => Promise<InvokeResult>;

/** Writes one line of the local cloud's own log. `fields` must be plain JSON. */
export type CloudLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Record<string, unknown>,
) => void;

/** What was delivered to whom, for `/_cloud/deliveries`. */
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
