import * as z from 'zod/mini';

/** A part of a view that could not be shown as its service has it now. */
const PartProblem = z.strictObject({
  /** Where the part is in the view: `/payment`. */
  pointer: z.string(),
  /** Of the problem that the part's service answered, or `urn:dure:problem:part-late` or `…:part-failed`. */
  type: z.string(),
  status: z.int().check(z.gte(400), z.lte(599)),
  /** The part is shown as it was when its service answered last. */
  stale: z.optional(z.boolean()),
});

/** A view made of the answers of several services. A part that failed is null, and `problems` says why. */
export const composed = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject({ ...shape, problems: z.array(PartProblem) });

/**
 * Why a part has no answer of its service: none came in time, none that its contract has, or it takes no more requests. As an
 * answer of the view, it says so of the part without which there is no view.
 */
export const partProblems = {
  'part-failed': { status: 502, title: 'A service that this needs gave no usable answer', retryAfterSeconds: 1 },
  'part-throttled': { status: 429, title: 'A service that this needs is busy', retryAfterSeconds: 1 },
  'part-late': { status: 504, title: 'A service that this needs did not answer in time', retryAfterSeconds: 1 },
} as const;
