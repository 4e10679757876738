import type * as z from 'zod/mini';

/**
 * An error response. Source: https://www.rfc-editor.org/rfc/rfc9457
 * `type` is stable and made of the code; `errors` names every bad field.
 */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
}

export interface FieldError {
  readonly in: 'body' | 'query' | 'path' | 'header';
  /** `items[0].quantity`; empty for the whole. */
  readonly field: string;
  /** RFC 6901, in the body. */
  readonly pointer?: string;
  /** What is wrong and what would be right. */
  readonly detail: string;
}

/** A problem that a handler returns on purpose. Its code is in the endpoint's contract. */
export interface Problem<Code extends string = string> {
  readonly problem: Code;
  readonly detail?: string;
  /** After how many seconds the same request may succeed, where that is not the same each time. */
  readonly retryAfter?: number;
}

export function problem<const Code extends string>(code: Code, detail?: string, retryAfter?: number): Problem<Code> {
  return { problem: code, detail, retryAfter };
}

/** The problems that any endpoint may answer. One with `retryAfterSeconds` is worth a retry; any other is final. */
export const commonProblems = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'invalid-json': { status: 400, title: 'The body is not valid JSON' },
  unauthenticated: { status: 401, title: 'Send a valid access token: Authorization: Bearer …' },
  forbidden: { status: 403, title: 'Your access token does not allow this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'concurrent-change': {
    status: 409,
    title: 'It was changed at the same time too often; try again',
    retryAfterSeconds: 1,
  },
  'idempotency-key-in-use': {
    status: 409,
    title: 'A request with this key is under way; try again',
    retryAfterSeconds: 1,
  },
  'precondition-failed': { status: 412, title: 'It was changed since you read it' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key cannot be used again' },
  'precondition-required': { status: 428, title: 'If-Match is required' },
  'internal-error': { status: 500, title: 'Something went wrong here' },
} as const;

export type CommonProblem = keyof typeof commonProblems;

/** Thrown to answer one of the {@link commonProblems}. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: CommonProblem;
  readonly errors: readonly FieldError[] | undefined;

  constructor(code: CommonProblem, detail?: string, errors?: readonly FieldError[]) {
    super(detail ?? commonProblems[code].title);
    this.code = code;
    this.errors = errors;
  }
}

export const problemType = (code: string): string => `urn:dure:problem:${code}`;

/** A response names this many, and says how many more there are. */
const MAX_ERRORS = 20;
/** Room for a place in a schema that stands under its hash. */
const MAX_POINTER = 500;

/** A request that breaks its contract. */
export function invalidRequest(errors: readonly FieldError[]): HttpProblem {
  const shown = errors.slice(0, MAX_ERRORS);
  const names = shown.map((error) => error.field || error.in).join(', ');
  const more = errors.length > shown.length ? ` and ${errors.length - shown.length} more` : '';
  return new HttpProblem('invalid-request', `Not valid: ${names}${more}`, shown);
}

const UNKNOWN = 'is not a field here';

/** Field errors for a log: without names that the client invented, because they may be anything. */
export const loggable = (errors: readonly FieldError[] | undefined): unknown =>
  errors?.map(({ in: where, field, detail }) => ({ in: where, field: detail === UNKNOWN ? undefined : field, detail }));

/** A client's own text, short enough to be repeated in the response. */
export const shortened = (text: string, maxLength = 100): string =>
  text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;

/** The field errors of a failed parse, unknown fields one by one. */
export const fieldErrors = (where: FieldError['in'], issues: readonly z.core.$ZodIssue[]): FieldError[] =>
  issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => fieldError(where, [...issue.path, key], UNKNOWN))
      : [fieldError(where, issue.path, issue.message)],
  );

export function fieldError(where: FieldError['in'], path: readonly PropertyKey[], text: string): FieldError {
  const detail = shortened(text, 300);
  const steps = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  const field = shortened(steps.join('').replace(/^\./, ''));
  const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  // A shortened pointer would point to something else.
  return { in: where, field, ...(where === 'body' && pointer.length <= MAX_POINTER && { pointer }), detail };
}
