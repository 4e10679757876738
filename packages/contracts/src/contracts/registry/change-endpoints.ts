import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, Instant, Links, page, PageSize } from '../values.ts';
import { invalidCursor } from './release-endpoints.ts';
import { exampleInstant, exampleLabel, StageName } from './values.ts';

/** What happened, what is due (`plan`), or since when something is so (`current`). */
const ChangeView = z.strictObject({
  at: Instant,
  kind: z.enum([
    'release-registered',
    'deployment-recorded',
    'draining-ends',
    'contract-deprecated',
    'deprecation-acknowledged',
    'sunset-near',
    'sunset',
    'override-recorded',
    'override-ended',
    'override-ends',
    'drift-found',
    'drift-ended',
  ]),
  stage: z.optional(StageName),
  service: z.optional(z.string()),
  label: z.optional(z.string()),
  contract: z.optional(z.string()),
  what: z.string(),
  actor: z.optional(z.string()),
  _links: Links,
});

export const ListChanges = endpoint('registry', {
  name: 'ListChanges',
  method: 'GET',
  path: '/changes',
  version: 1,
  summary: 'Lists what has changed (history, newest first), what is due (plan), or what is in force (current)',
  access: 'public',
  query: z
    .strictObject({
      view: z._default(z.enum(['history', 'plan', 'current']), 'history'),
      stage: z.optional(StageName),
      cursor: z.optional(Cursor),
      limit: z._default(PageSize, 50),
    })
    .check(
      z.refine(({ view, stage }) => view !== 'current' || stage !== undefined, {
        error: 'is required for the view current',
        path: ['stage'],
      }),
      z.describe('The view current is of one stage.'),
    ),
  responses: { 200: { description: 'A page of changes', body: page(ChangeView), headers: ['etag'] } },
  problems: invalidCursor,
  example: {
    query: { view: 'history', stage: 'prod' },
    response: {
      items: [
        {
          at: exampleInstant,
          kind: 'deployment-recorded',
          stage: 'prod',
          service: 'parcels',
          label: exampleLabel,
          what: `parcels ${exampleLabel} is live in prod.`,
          actor: 'anonymous',
          _links: { release: { href: `/v1/releases/parcels/${exampleLabel}` } },
        },
      ],
      _links: { self: { href: '/v1/changes?view=history&stage=prod&limit=50' } },
    },
  },
});
