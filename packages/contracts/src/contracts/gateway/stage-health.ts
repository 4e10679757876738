import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Links } from '../values.ts';
import { composed } from './composed.ts';

const ServiceHealth = z.strictObject({ status: z.enum(['ok', 'failing']), failing: z.array(z.string()) });

export const GetStageHealth = endpoint('gateway', {
  name: 'GetStageHealth',
  method: 'GET',
  path: '/stage-health',
  version: 1,
  summary: 'Shows the health of every service of the stage, and the dependencies that fail',
  access: 'public',
  responses: {
    200: {
      description: 'The services; one that does not answer is null, and `problems` says why',
      body: composed({ services: z.record(z.string(), z.nullable(ServiceHealth)), _links: Links }),
    },
  },
  example: {
    response: {
      services: { journal: { status: 'ok', failing: [] }, registry: null },
      problems: [{ pointer: '/services/registry', type: 'urn:dure:problem:part-late', status: 504 }],
      _links: { self: { href: '/v1/stage-health' } },
    },
  },
});
