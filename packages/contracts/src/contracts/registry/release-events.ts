import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { impersonal } from '../marks.ts';
import { exampleDigest, exampleLabel } from './values.ts';

export const ReleaseRegistered = event(
  'registry',
  'ReleaseRegistered',
  1,
  z.object({
    service: z.string(),
    label: z.string(),
    owner: z.string(),
    commit: z.string(),
    digest: z.string(),
    urgent: z.boolean(),
    provides: z.array(z.string()),
    requires: z.array(z.string()),
  }),
  {
    description: 'A release was registered with what it provides and requires. The subject is <service>/<label>.',
    example: {
      service: 'parcels',
      label: exampleLabel,
      owner: 'Team Parcels',
      commit: '5b592ad',
      digest: exampleDigest,
      urgent: false,
      provides: ['parcels/ParcelSent@1'],
      requires: ['labels/LabelPrinted@1'],
    },
  },
);

export const DeploymentRecorded = event(
  'registry',
  'DeploymentRecorded',
  1,
  z.object({
    stage: z.string(),
    service: z.string(),
    label: z.string(),
    state: z.enum(['candidate', 'live', 'removed']),
    replaced: z.array(z.string()),
    bootstrap: z.boolean(),
    urgent: z.optional(z.boolean()),
  }),
  {
    description:
      'The live set of a stage has changed. The subject is the stage, and the sequence numbers the live set.',
    example: {
      stage: 'prod',
      service: 'parcels',
      label: exampleLabel,
      state: 'live',
      replaced: ['v1_20260101-1'],
      bootstrap: false,
    },
  },
);

const endpointFields = { stage: z.string(), service: z.string(), region: impersonal(z.string()), url: z.string() };
const exampleEndpoint = {
  stage: 'prod',
  service: 'parcels',
  region: 'eu-central-1',
  url: 'https://example.com/parcels',
};

export const EndpointRegistered = event('registry', 'EndpointRegistered', 1, z.object(endpointFields), {
  description: 'A service of a stage answers at this address from now on.',
  example: exampleEndpoint,
});

export const EndpointRemoved = event('registry', 'EndpointRemoved', 1, z.object(endpointFields), {
  description: 'A service of a stage no longer answers at this address.',
  example: exampleEndpoint,
});
