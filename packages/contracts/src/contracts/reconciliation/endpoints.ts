import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, Instant, Links, page, PageSize, Uuid } from '../values.ts';
import { driftFields, DriftKind, exampleDrift, exampleFinding, findingFields } from './drift.ts';

const Count = z.int().check(z.gte(0));

const DriftStatus = z.enum(['open', 'resolved']);

const DriftView = z.strictObject({
  ...driftFields,
  ...findingFields,
  status: DriftStatus,
  /** Nothing is tried, or nothing more. */
  needsPerson: z.boolean(),
  /** How often a repair was asked for. */
  tries: Count,
  foundAt: Instant,
  updatedAt: Instant,
  resolvedAt: z.optional(Instant),
  _links: Links,
});

const exampleView = {
  ...exampleDrift,
  ...exampleFinding,
  status: 'open' as const,
  needsPerson: false,
  tries: 1,
  foundAt: '2026-01-05T09:45:00.000Z',
  updatedAt: '2026-01-05T09:45:00.000Z',
  _links: { self: { href: `/v1/drifts/${exampleDrift.driftId}` } },
};

const invalidCursor = {
  'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' },
} as const;

export const ListDrifts = endpoint('reconciliation', {
  name: 'ListDrifts',
  method: 'GET',
  path: '/drifts',
  version: 1,
  summary: 'Lists drifts that are open or were resolved in the last 90 days, newest first',
  access: { any: 'reconciliation:read' },
  query: z.strictObject({
    status: z._default(DriftStatus, 'open'),
    kind: z.optional(DriftKind),
    cursor: z.optional(Cursor),
    limit: z._default(PageSize, 50),
  }),
  responses: { 200: { description: 'A page of drifts', body: page(DriftView) } },
  problems: invalidCursor,
  example: {
    query: { status: 'open', kind: 'money-held' },
    response: { items: [exampleView], _links: { self: { href: '/v1/drifts?status=open&kind=money-held&limit=50' } } },
  },
});

export const GetDrift = endpoint('reconciliation', {
  name: 'GetDrift',
  method: 'GET',
  path: '/drifts/{driftId}',
  version: 1,
  summary: 'Shows a drift and what was done about it',
  access: { any: 'reconciliation:read' },
  params: z.strictObject({ driftId: Uuid }),
  responses: { 200: { description: 'The drift', body: DriftView } },
  problems: { 'drift-not-found': { status: 404, title: 'There is no such drift, or it is gone for 90 days' } },
  example: { params: { driftId: exampleDrift.driftId }, response: exampleView },
});

const Counts = z.record(z.string(), Count);

/** Orders that have been judged, by what each service says of them, and how many of their events came. */
const countFields = {
  orders: Counts,
  payments: Counts,
  reservations: Counts,
  parcels: Counts,
  /** By publishing service: how many events arrived, and how many must exist by their highest numbers. */
  events: z.record(z.string(), z.strictObject({ seen: Count, expected: Count })),
};

const exampleCounts = {
  orders: { completed: 940, rejected: 40, cancelled: 20 },
  payments: { captured: 935, refunded: 12, voided: 18, declined: 30 },
  reservations: { committed: 940, released: 50, refused: 10 },
  parcels: { delivered: 951, lost: 2 },
  events: { orders: { seen: 3_920, expected: 3_920 }, payments: { seen: 1_960, expected: 1_961 } },
};

const ReconciliationView = z.strictObject({
  reconciliationId: Uuid,
  startedAt: Instant,
  finishedAt: Instant,
  /** Orders that were looked at. */
  judged: Count,
  found: Count,
  resolved: Count,
  /** Repairs that were asked for. */
  repairs: Count,
  /** Orders that could not be judged, and are due still. */
  failed: Count,
  /** Whether more orders were due than a run takes. */
  more: z.boolean(),
  /** Of all drifts, after the run. */
  open: Count,
  needsPerson: Count,
  ...countFields,
});

const exampleReconciliation = {
  reconciliationId: '01890a5e-0718-7e66-8f1d-7e8f90123456',
  startedAt: '2026-01-05T09:45:00.000Z',
  finishedAt: '2026-01-05T09:45:02.000Z',
  ...{ judged: 120, found: 1, resolved: 0, repairs: 1, failed: 0, more: false, open: 1, needsPerson: 0 },
  ...exampleCounts,
};

export const ListReconciliations = endpoint('reconciliation', {
  name: 'ListReconciliations',
  method: 'GET',
  path: '/reconciliations',
  version: 1,
  summary: 'Lists the runs of the last 30 days with their findings and counts, newest first',
  access: { any: 'reconciliation:read' },
  query: z.strictObject({ cursor: z.optional(Cursor), limit: z._default(PageSize, 20) }),
  responses: { 200: { description: 'A page of runs', body: page(ReconciliationView) } },
  problems: invalidCursor,
  example: {
    query: { limit: '1' },
    response: { items: [exampleReconciliation], _links: { self: { href: '/v1/reconciliations?limit=1' } } },
  },
});

const Day = z.iso.date();

export const GetDayCounts = endpoint('reconciliation', {
  name: 'GetDayCounts',
  method: 'GET',
  path: '/days/{day}',
  version: 1,
  summary: 'Counts the orders first seen on a day (UTC), as far as they have been judged',
  access: { any: 'reconciliation:read' },
  params: z.strictObject({ day: Day }),
  responses: {
    200: { description: 'The counts', body: z.strictObject({ day: Day, ...countFields, _links: Links }) },
  },
  example: {
    params: { day: '2026-01-05' },
    response: { day: '2026-01-05', ...exampleCounts, _links: { self: { href: '/v1/days/2026-01-05' } } },
  },
});
