import type { Delivery, Endpoint } from '../domain/webhook.ts';

/** Leaves out the secrets, and fields that only the service needs. */
export function endpointView({ secrets: _secrets, version: _version, sequence: _sequence, ...endpoint }: Endpoint) {
  const { endpointId } = endpoint;
  return { ...endpoint, events: [...endpoint.events], _links: linksOf(endpointId) };
}

const pathOf = (endpointId: string): string => `/v1/webhook-endpoints/${endpointId}`;

const linksOf = (endpointId: string) => ({
  self: { href: pathOf(endpointId) },
  deliveries: { href: `${pathOf(endpointId)}/deliveries` },
});

export function deliveryView({ endpointId, body: _body, version: _version, ...delivery }: Delivery) {
  return { ...delivery, attempts: [...delivery.attempts], _links: { endpoint: { href: pathOf(endpointId) } } };
}

/** The newest secret. */
export const secretOf = ({ secrets }: Endpoint): string => secrets[0]?.value ?? '';
