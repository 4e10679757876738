import * as z from 'zod/mini';
import { Instant, Links, text } from '../values.ts';

/** What the contracts of the control plane share. */

export const CalledService = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9-]{0,30}$/), z.describe('A service: lower-case letters, digits and hyphens'));

/** Counts what was published under one name, from 1. */
export const Revision = z.int().check(z.gte(1), z.lte(999_999_999));

/** The same in a path. */
export const RevisionInPath = z.coerce.number().check(z.int(), z.gte(1), z.lte(999_999_999));

/** Why something was published, for who looks at it later. */
export const Why = text(500);

export const RollBack = z.strictObject({ to: Revision, why: Why });

/** Who published a revision, when and why. */
export const published = {
  revision: Revision,
  publishedAt: Instant,
  actor: z.string(),
  why: z.string(),
  /** The revision whose content it has again. */
  restores: z.optional(Revision),
};

export const RevisionSummary = z.strictObject({ ...published, _links: Links });

export const invalidCursor = {
  'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' },
} as const;

/** What was published before may not be valid any more. */
export const rollBackProblems = {
  'revision-not-found': { status: 422, title: 'There is no revision with this number to go back to' },
  'revision-not-valid': { status: 422, title: 'The old content is no longer valid: publish what is right now' },
} as const;

export const examplePublished = {
  ...{ revision: 42, publishedAt: '2026-01-05T09:30:00.000Z', actor: 'user:u-1', why: 'Try v2 with a twentieth' },
};
