import * as z from 'zod/mini';
import type { Configuration } from '../application/configuration.ts';
import type { Revision } from '../domain/revision.ts';
import { link, publishedView } from './reply.ts';

export const valuePath = (service: string, name: string): string => `/v1/configuration/${service}/${name}`;

export function configurationView({ declared, newest }: Configuration) {
  const { owner: service, name, description, schema, initial } = declared;
  const path = valuePath(service, name);
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io: 'input' });
  return {
    ...{ service, name, description, default: initial, schema: jsonSchema },
    ...(newest === undefined
      ? { revision: 0, value: initial }
      : { ...publishedView(newest), value: JSON.parse(newest.json) as unknown }),
    _links: { self: link(path), revisions: link(`${path}/revisions`) },
  };
}

export const valueRevisionView = (service: string, name: string, revision: Revision) => ({
  ...{ service, name, ...publishedView(revision), value: JSON.parse(revision.json) as unknown },
  _links: {
    self: link(`${valuePath(service, name)}/revisions/${revision.revision}`),
    value: link(valuePath(service, name)),
  },
});
