import * as alerts from './alerts/index.ts';
import * as catalog from './catalog/index.ts';
import type { Contract } from './contract.ts';
import * as controlPlane from './control-plane/index.ts';
import * as gateway from './gateway/index.ts';
import * as identity from './identity/index.ts';
import * as inventory from './inventory/index.ts';
import * as journal from './journal/index.ts';
import * as notifications from './notifications/index.ts';
import { healthOf, versionOf } from './operations.ts';
import * as orders from './orders/index.ts';
import * as payments from './payments/index.ts';
import * as reconciliation from './reconciliation/index.ts';
import * as registry from './registry/index.ts';
import * as shipping from './shipping/index.ts';

/** Every contract of every service. For tools and tests: a bundle that imports it carries all of them. */

const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && 'kind' in value;

const declared = [
  alerts,
  catalog,
  controlPlane,
  gateway,
  identity,
  inventory,
  journal,
  notifications,
  orders,
  payments,
  reconciliation,
  registry,
  shipping,
].flatMap((owner) => Object.values<unknown>(owner).filter(isContract));

export const owners: readonly string[] = [...new Set(declared.map((contract) => contract.owner))].sort();

export const contracts: readonly Contract[] = [
  ...declared,
  ...owners.flatMap((owner): Contract[] => [healthOf(owner), versionOf(owner)]),
];
