import type { Override } from '../domain/override.ts';
import { link } from './reply.ts';

export const pathOf = (id: string): string => `/v1/overrides/${id}`;

export const overrideView = (override: Override) => ({
  ...override,
  _links: { self: link(pathOf(override.id)), stage: link(`/v1/stages/${override.stage}`) },
});
