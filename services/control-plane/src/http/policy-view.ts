import type { Revision } from '../domain/revision.ts';
import { link, publishedView } from './reply.ts';

export const policyPath = (service: string): string => `/v1/mesh/policies/${service}`;

export const policyView = (service: string, revision: Revision) => ({
  service,
  ...publishedView(revision),
  policy: JSON.parse(revision.json) as Record<string, unknown>,
  _links: { self: link(policyPath(service)), revisions: link(`${policyPath(service)}/revisions`) },
});
