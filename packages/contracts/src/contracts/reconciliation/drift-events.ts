import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { driftFields, exampleDrift, exampleFinding, findingFields, Repair } from './drift.ts';

/** The subject is the order. Each drift is published once when it is found, and once when it is resolved. */

const Tries = z.int().check(z.gte(0));

export const DriftFound = event('reconciliation', 'DriftFound', 1, z.object({ ...driftFields, ...findingFields }), {
  description: 'Services disagree about an order; `repair` names the repair.',
  example: { ...exampleDrift, ...exampleFinding },
});

export const DriftNeedsPerson = event(
  'reconciliation',
  'DriftNeedsPerson',
  1,
  z.object({ ...driftFields, repair: Repair, tries: Tries }),
  {
    description: 'A repair did not resolve a drift; nothing more is tried.',
    example: { ...exampleDrift, repair: exampleFinding.repair, tries: 2 },
  },
);

export const DriftResolved = event('reconciliation', 'DriftResolved', 1, z.object({ ...driftFields, tries: Tries }), {
  description: 'A drift is resolved; `tries` is how often a repair was requested.',
  example: { ...exampleDrift, tries: 1 },
});
