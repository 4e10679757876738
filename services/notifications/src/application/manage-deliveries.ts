import type { Call } from '@dure/contracts/binding/call';
import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import { Uuid } from '@dure/contracts/values';
import { v7 as uuidv7 } from 'uuid';
import * as z from 'zod/mini';
import type { Delivery } from '../domain/webhook.ts';
import { type FanOutDependencies, newDelivery } from './fan-out-webhooks.ts';

/** Sends an empty test webhook, once. */
export async function testEndpoint(
  { endpoints, deliveries, scheduleAttempt }: FanOutDependencies,
  endpointId: string,
  call: Call,
): Promise<Delivery | 'not-found' | 'disabled'> {
  const endpoint = await endpoints.load(endpointId);
  if (endpoint === undefined) return 'not-found';
  if (endpoint.status === 'disabled') return 'disabled';
  const body = JSON.stringify({ type: 'webhook.test', timestamp: call.time, data: { endpointId } });
  const delivery = newDelivery({ endpointId, deliveryId: uuidv7(), type: 'webhook.test', body }, call.time);
  await deliveries.add(call, delivery);
  await scheduleAttempt(delivery, 0, call);
  return delivery;
}

/** Where a page ends, and which list it belongs to. */
const Place = z.strictObject({ before: Uuid, of: Uuid });

export async function listDeliveries(
  { endpoints, deliveries }: Pick<FanOutDependencies, 'endpoints' | 'deliveries'>,
  { endpointId, cursor, limit }: { readonly endpointId: string; readonly cursor?: string; readonly limit: number },
): Promise<
  | { readonly deliveries: readonly Delivery[]; readonly next?: string }
  | { readonly rejected: 'webhook-endpoint-not-found' | 'invalid-cursor' }
> {
  if ((await endpoints.load(endpointId)) === undefined) return { rejected: 'webhook-endpoint-not-found' };
  const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
  if (cursor !== undefined && place?.of !== endpointId) return { rejected: 'invalid-cursor' };
  const { deliveries: found, end } = await deliveries.list(endpointId, { before: place?.before, limit });
  return { deliveries: found, next: end === undefined ? undefined : encodeCursor({ before: end, of: endpointId }) };
}
