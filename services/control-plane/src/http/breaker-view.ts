import type { Breaker } from '../domain/breaker.ts';
import { link } from './reply.ts';

export const breakerView = ({ service, state, byHand, callers }: Breaker) => ({
  ...{ service, state },
  ...(byHand !== undefined && { byHand }),
  callers: callers.map(({ service: _, ...found }) => found),
  _links: { self: link(`/v1/mesh/breakers/${service}`), policy: link(`/v1/mesh/policies/${service}`) },
});
