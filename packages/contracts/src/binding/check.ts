import * as z from 'zod/mini';

/** Where and how a value breaks its schema: paths and codes. The values are left out, because they may be personal. */
export const violationsOf = (issues: readonly z.core.$ZodIssue[]): string =>
  issues.map((issue) => `${issue.path.join('.') || '(whole)'}: ${issue.code}`).join('; ');

/** The value as its schema parses it. Throws a `Failure` that says where `what` breaks its contract. */
export function conform<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  what: string,
  Failure: new (message: string) => Error = Error,
): z.output<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw new Failure(`${what} breaks its contract: ${violationsOf(result.error.issues)}`);
}

/** So many levels a value may have: whoever walks through it or writes it as JSON needs room on the stack for each. */
export const MAX_LEVELS = 200;

/** Whether every text and every name in a value is well-formed Unicode: a lone surrogate could not be stored. */
export function isWellFormed(value: unknown, levels = MAX_LEVELS): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  const parts = Object.entries(value);
  return levels > 0 && parts.every(([name, part]) => name.isWellFormed() && isWellFormed(part, levels - 1));
}

/** What a text says in JSON; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
