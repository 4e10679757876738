import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Instant, Links, Uuid } from '../values.ts';
import { ContractKey, exampleLabel, Label, ServiceName, Sha256, StageName } from './values.ts';

const Party = z.strictObject({ service: z.string(), label: z.string(), owner: z.string() });

const reasonFields = {
  code: z.string(),
  contract: z.string(),
  /** Path of the field that it is about. */
  at: z.optional(z.string()),
  consumer: z.optional(Party),
  provider: z.optional(Party),
  what: z.string(),
  /** What to do about it. */
  remedy: z.string(),
};

const Reason = z.strictObject(reasonFields);

/** A reason that would block, and what excuses it. */
const Overridden = z.strictObject({
  ...reasonFields,
  override: z.strictObject({ id: Uuid, who: z.string(), why: z.string(), until: Instant }),
});

/** `token` numbers the live set that was judged: a recording with `If-Match: "<token>"` finds it unchanged. */
const VerdictView = z.strictObject({
  stage: StageName,
  answer: z.enum(['yes', 'no', 'unknown']),
  token: z.int(),
  blockers: z.array(Reason),
  warnings: z.array(Reason),
  overridden: z.array(Overridden),
  /** Services, in an order of deployment that is safe at every step. */
  order: z.optional(z.array(z.string())),
  /** Services that no order of deployment makes safe. */
  cycle: z.optional(z.array(z.string())),
  _links: Links,
});

const body = { stage: 'prod', releases: [{ service: 'parcels', label: exampleLabel }] };

export const CanDeploy = endpoint('registry', {
  name: 'CanDeploy',
  method: 'POST',
  path: '/can-deploy',
  version: 1,
  summary:
    'Says whether releases may be deployed to a stage, or services removed: whom it would break, where, and what to do',
  access: { any: 'registry:read' },
  body: z
    .strictObject({
      stage: StageName,
      releases: z
        ._default(z.array(z.strictObject({ service: ServiceName, label: Label, digest: z.optional(Sha256) })), [])
        .check(
          z.maxLength(100),
          z.refine((them) => new Set(them.map(({ service }) => service)).size === them.length, {
            error: 'has each service once at most',
          }),
        ),
      /** Services that leave the stage. */
      removals: z._default(z.array(ServiceName), []).check(
        z.maxLength(100),
        z.refine((them) => new Set(them).size === them.length, { error: 'has each service once at most' }),
      ),
      /** An urgent fix gives dependants no time. What breaks somebody still blocks. */
      urgent: z._default(z.boolean(), false),
    })
    .check(
      z.refine(({ releases, removals }) => releases.length + removals.length > 0, {
        error: 'or removals must name a service',
        path: ['releases'],
      }),
      z.describe('Each service is named once, and at least one is.'),
    ),
  idempotencyKey: 'optional',
  responses: { 200: { description: 'The verdict', body: VerdictView } },
  example: {
    body,
    response: {
      stage: 'prod',
      answer: 'no',
      token: 12,
      blockers: [
        {
          code: 'breaking-change',
          contract: 'parcels/ParcelSent@1',
          at: 'carrier',
          consumer: { service: 'tracking', label: 'v2_20260104-1', owner: 'Team Tracking' },
          provider: { service: 'parcels', label: exampleLabel, owner: 'Team Parcels' },
          what: 'carrier is gone',
          remedy: 'Keep the field, or publish parcels/ParcelSent@2 beside it until tracking no longer reads it.',
        },
      ],
      warnings: [],
      overridden: [],
      order: ['parcels'],
      _links: { stage: { href: '/v1/stages/prod' } },
    },
  },
});

/** Whom an override excuses: one contract in one stage, and if they are given, one consumer and one provider. */
export const overrideFields = {
  stage: StageName,
  contract: ContractKey,
  consumer: z.optional(ServiceName),
  provider: z.optional(ServiceName),
};
