import type { InvokeResult } from '@dure/lambda-runtime';

/** Which records of a batch failed, by identifier, and why. */
export interface BatchOutcome {
  readonly failed: ReadonlySet<string>;
  /** Missing when all went well. */
  readonly reason?: string;
}

/**
 * What an invocation's answer says about the batch's records.
 *
 * With partial responses on: null, an empty object or a null or empty list is success; a listed identifier that is
 * null, empty, under another key or not of this batch fails the whole batch, as does an answer of another shape.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * and https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function batchOutcome(result: InvokeResult, identifiers: readonly string[], partial: boolean): BatchOutcome {
  if (!result.ok) return { failed: new Set(identifiers), reason: `${result.errorType}: ${result.errorMessage}` };
  if (!partial) return { failed: new Set() };
  const listed = listedFailures(result.payload);
  const known = new Set(identifiers);
  const wrong = listed === undefined || listed.some((identifier) => !known.has(identifier));
  if (wrong) {
    const answer = JSON.stringify(result.payload)?.slice(0, 200);
    return { failed: known, reason: `The answer is not a valid partial batch response: ${answer}` };
  }
  if (listed.length === 0) return { failed: new Set() };
  return { failed: new Set(listed), reason: 'The function listed it in batchItemFailures' };
}

/** Undefined for an answer that names no failures in the documented way. */
function listedFailures(payload: unknown): string[] | undefined {
  if (payload === null || payload === undefined) return [];
  if (typeof payload !== 'object' || Array.isArray(payload)) return undefined;
  const { batchItemFailures = null } = payload as { batchItemFailures?: unknown };
  if (batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return undefined;
  const identifiers = batchItemFailures.map((item: unknown) => (item as { itemIdentifier?: unknown })?.itemIdentifier);
  return identifiers.every((identifier) => typeof identifier === 'string') ? identifiers : undefined;
}
