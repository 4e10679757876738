import { randomBytes } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import { Conflict, retryOnConflict } from '@dure/contracts/binding/commit';
import { webhookUrlFault } from '@dure/webhooks/post';
import { v7 as uuidv7 } from 'uuid';
import { disable, enable, type Endpoint, rotate } from '../domain/webhook.ts';
import type { Endpoints } from '../store/endpoints.ts';

/** Fewer than the function's concurrency, so that one attempt for each leaves room for others. */
export const MAX_ENDPOINTS = 90;

export interface EndpointDependencies {
  readonly endpoints: Endpoints;
  /** Whether plain HTTP and private addresses are allowed: on a laptop only. */
  readonly inside: boolean;
}

type EndpointFields = Pick<Endpoint, 'url' | 'events' | 'description'>;
type Rejected<Code extends string> = { readonly rejected: Code; readonly detail?: string };

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export async function createEndpoint(
  { endpoints, inside }: EndpointDependencies,
  fields: EndpointFields,
  call: Call,
): Promise<Endpoint | Rejected<'webhook-url-refused' | 'too-many-webhook-endpoints'>> {
  const fault = webhookUrlFault(fields.url, inside);
  if (fault !== undefined) return { rejected: 'webhook-url-refused', detail: fault };
  const now = call.time;
  const endpointId = uuidv7();
  const endpoint: Endpoint = {
    ...{ ...fields, endpointId, status: 'enabled', secrets: [{ id: endpointId, value: newSecret() }] },
    ...{ createdAt: now, updatedAt: now, version: 1, sequence: 0 },
  };
  const added = await retryOnConflict(() =>
    endpoints.add(call, endpoint, { max: MAX_ENDPOINTS, reference: endpointId }),
  );
  return added ? endpoint : { rejected: 'too-many-webhook-endpoints' };
}

/** The endpoint, if the secret with this id is its newest. */
export async function withSecret(
  endpoints: Endpoints,
  endpointId: string,
  secretId: string,
): Promise<Endpoint | undefined> {
  const endpoint = await endpoints.load(endpointId);
  return endpoint?.secrets[0]?.id === secretId ? endpoint : undefined;
}

export interface Changes extends Partial<EndpointFields> {
  readonly status?: 'enabled' | 'disabled';
}

/** Changes the given fields; an endpoint that is enabled again starts with a clean record. */
export async function changeEndpoint(
  { endpoints, inside }: EndpointDependencies,
  {
    endpointId,
    changes,
    ifMatch,
  }: { readonly endpointId: string; readonly changes: Changes; readonly ifMatch: string },
  call: Call,
): Promise<Endpoint | Rejected<'webhook-endpoint-not-found' | 'webhook-url-refused' | 'precondition-failed'>> {
  const fault = changes.url === undefined ? undefined : webhookUrlFault(changes.url, inside);
  if (fault !== undefined) return { rejected: 'webhook-url-refused', detail: fault };
  const was = await endpoints.load(endpointId);
  if (was === undefined) return { rejected: 'webhook-endpoint-not-found' };
  if (ifMatch !== String(was.version)) return { rejected: 'precondition-failed' };
  const next = changed(was, changes, call.time);
  try {
    await endpoints.save(call, next, { was });
    return next;
  } catch (error) {
    if (error instanceof Conflict) return { rejected: 'precondition-failed' };
    throw error;
  }
}

function changed(was: Endpoint, { status = was.status, ...fields }: Changes, now: string): Endpoint {
  const next = { ...was, ...fields };
  if (status === 'disabled' && was.status === 'enabled') return disable(next, 'operator', now);
  if (status === 'enabled' && was.status === 'disabled') return enable(next, now);
  return { ...next, updatedAt: now, version: was.version + 1 };
}

export function rotateSecret(
  { endpoints }: EndpointDependencies,
  endpointId: string,
  call: Call,
): Promise<Endpoint | undefined> {
  return retryOnConflict(async () => {
    const was = await endpoints.load(endpointId);
    if (was === undefined) return undefined;
    const secret = { id: uuidv7(), value: newSecret() };
    const next = rotate(was, secret, call.time);
    await endpoints.save(call, next, { was, reference: secret.id });
    return next;
  });
}

/** Returns whether it existed. */
export function deleteEndpoint({ endpoints }: EndpointDependencies, endpointId: string, call: Call): Promise<boolean> {
  return retryOnConflict(async () => {
    const was = await endpoints.load(endpointId);
    if (was === undefined) return false;
    await endpoints.remove(call, was);
    return true;
  });
}
