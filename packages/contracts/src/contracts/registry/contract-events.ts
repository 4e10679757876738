import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Instant } from '../values.ts';
import { deprecationFields, exampleDigest, exampleInstant, exampleLabel } from './values.ts';
import { DriftKind, RuleDrift } from './stage-endpoints.ts';

const sunset = '2026-07-05T00:00:00.000Z';
const contract = 'parcels/ParcelSent@1';
const successor = 'parcels/ParcelSent@2';

export const ContractDeprecated = event(
  'registry',
  'ContractDeprecated',
  1,
  z.object({ contract: z.string(), ...deprecationFields }),
  {
    description: 'A contract should no longer be used, or its dates have changed. The subject is the contract.',
    example: { contract, since: exampleInstant, sunset, successor },
  },
);

export const DeprecationAcknowledged = event(
  'registry',
  'DeprecationAcknowledged',
  1,
  z.object({ contract: z.string(), consumer: z.string(), who: z.string() }),
  {
    description: 'The owner of a consumer knows that a contract is deprecated.',
    example: { contract, consumer: 'tracking', who: 'Team Tracking' },
  },
);

export const SunsetNear = event(
  'registry',
  'SunsetNear',
  1,
  z.object({ contract: z.string(), sunset: Instant, successor: z.optional(z.string()), days: z.int() }),
  {
    description: 'A deprecated contract is there for at most so many days more. Comes at 30, 7 and 1 days, each once.',
    example: { contract, sunset, successor, days: 30 },
  },
);

export const SunsetPassed = event(
  'registry',
  'SunsetPassed',
  1,
  z.object({ contract: z.string(), sunset: Instant, successor: z.optional(z.string()), weeks: z.int() }),
  {
    description:
      'A contract is past its sunset, and somebody still requires it. Comes at once, and again after each week.',
    example: { contract, sunset, successor, weeks: 0 },
  },
);

const party = z.object({ service: z.string(), label: z.string() });

export const DependantTestFailed = event(
  'registry',
  'DependantTestFailed',
  1,
  z.object({ stage: z.string(), contract: z.string(), provider: party, consumer: party, what: z.string() }),
  {
    description: 'Tests of a consumer fail with a release of the provider. Comes once for each two releases.',
    example: {
      stage: 'prod',
      contract,
      provider: { service: 'parcels', label: exampleLabel },
      consumer: { service: 'tracking', label: 'v2_20260104-1' },
      what: 'shows the carrier of a parcel',
    },
  },
);

const overrideFields = {
  stage: z.string(),
  contract: z.string(),
  consumer: z.optional(z.string()),
  provider: z.optional(z.string()),
};
const exampleOverride = { stage: 'prod', contract, consumer: 'tracking' };

export const OverrideRecorded = event(
  'registry',
  'OverrideRecorded',
  1,
  z.object({ ...overrideFields, who: z.string(), why: z.string(), until: Instant }),
  {
    description: 'What would block a deployment is excused for a time.',
    example: { ...exampleOverride, who: 'Team Parcels', why: 'Tracking is switched off.', until: sunset },
  },
);

export const OverrideEnded = event('registry', 'OverrideEnded', 1, z.object(overrideFields), {
  description: 'An override is no longer in force: its time is over, or it was ended.',
  example: exampleOverride,
});

const driftFields = {
  stage: z.string(),
  service: z.string(),
  kind: DriftKind,
  deployed: z.optional(z.string()),
  label: z.optional(z.string()),
  rules: z.optional(RuleDrift),
};

export const DriftFound = event('registry', 'DriftFound', 1, z.object(driftFields), {
  description:
    'A stage runs something else than is recorded, or its bus brings something else than is required. Comes once for ' +
    'each such state of a service.',
  example: { stage: 'prod', service: 'parcels', kind: 'different', deployed: exampleDigest, label: exampleLabel },
});

export const DriftEnded = event('registry', 'DriftEnded', 1, z.object({ stage: z.string(), service: z.string() }), {
  description: 'A stage runs what is recorded again.',
  example: { stage: 'prod', service: 'parcels' },
});
