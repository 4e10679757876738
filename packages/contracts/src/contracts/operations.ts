import * as z from 'zod/mini';
import { endpoint } from './contract.ts';

/** The endpoints that every service has. */

export const Dependency = z.strictObject({
  status: z.enum(['ok', 'failing']),
  durationMs: z.number(),
  reason: z.optional(z.string()),
});

const HealthView = z.strictObject({
  status: z.enum(['ok', 'failing']),
  dependencies: z.record(z.string(), Dependency),
});

const healthy = { status: 'ok', dependencies: { table: { status: 'ok', durationMs: 4 } } };

export const healthOf = <Owner extends string>(owner: Owner) =>
  endpoint(owner, {
    name: 'GetHealth',
    method: 'GET',
    path: '/health',
    version: 1,
    summary: 'Shows whether the service can do its work: checks each of its dependencies',
    access: 'public',
    responses: {
      200: { description: 'Every dependency works', body: HealthView },
      503: { description: 'A dependency fails', body: HealthView },
    },
    example: { response: healthy },
  });

export const versionOf = <Owner extends string>(owner: Owner) =>
  endpoint(owner, {
    name: 'GetVersion',
    method: 'GET',
    path: '/version',
    version: 1,
    summary: 'Shows which release of the service answers',
    access: 'public',
    responses: {
      200: {
        description: 'The release',
        body: z.strictObject({
          service: z.string(),
          version: z.string(),
          /** Of the release, given by the registry; `none` where nothing is registered. */
          label: z.string(),
          commit: z.string(),
          stage: z.string(),
          runtime: z.string(),
        }),
      },
    },
    example: {
      response: {
        service: owner,
        version: '0.1.0',
        label: 'v0_20261130-1',
        commit: '5b592ad',
        stage: 'local',
        runtime: 'v24.21.0',
      },
    },
  });
