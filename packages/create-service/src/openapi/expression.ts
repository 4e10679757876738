import * as z from 'zod/mini';

/**
 * A schema as a call of zod/mini, from which both its source text and the schema itself are made: `string` with the check
 * `minLength(1)`.
 */
export interface Call {
  /** `string`, `iso.date`, `coerce.number`. */
  readonly call: string;
  readonly args?: readonly Argument[];
  readonly checks?: readonly Call[];
  /** What the document gives as an example of it. */
  readonly example?: unknown;
}

/** A schema under the name that its place in the document gives it. */
export interface Reference {
  readonly ref: string;
}

/** A schema in a function of the contracts: a mark, or `strict`, which refuses unknown fields. */
export interface Wrapped {
  readonly wrap: 'personal' | 'secret' | 'strict';
  readonly of: Expression;
}

export type Expression = Call | Reference | Wrapped;

export type Argument =
  | { readonly value: unknown }
  | { readonly regex: string }
  | { readonly fields: readonly (readonly [name: string, Expression])[] }
  | { readonly list: readonly Expression[] }
  | { readonly schema: Expression };

export const call = (name: string, ...args: readonly Argument[]): Call => ({ call: name, args });
export const value = (given: unknown): Argument => ({ value: given });
export const wrap = (name: string, of: Expression): Call => call(name, { schema: of });

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The source text. @param nameOf the name of a referenced schema */
export function print(expression: Expression, nameOf: (ref: string) => string): string {
  if ('ref' in expression) return nameOf(expression.ref);
  if ('wrap' in expression) return `${expression.wrap}(${print(expression.of, nameOf)})`;
  const { call: name, args = [], checks = [] } = expression;
  const checked = checks.length === 0 ? '' : `.check(${checks.map((check) => print(check, nameOf)).join(', ')})`;
  return `z.${name}(${args.map((it) => printArgument(it, nameOf)).join(', ')})${checked}`;
}

function printArgument(argument: Argument, nameOf: (ref: string) => string): string {
  if ('value' in argument) return JSON.stringify(argument.value);
  if ('regex' in argument) return String(new RegExp(argument.regex));
  if ('list' in argument) return `[${argument.list.map((it) => print(it, nameOf)).join(', ')}]`;
  if ('schema' in argument) return print(argument.schema, nameOf);
  const fields = argument.fields.map(
    ([name, schema]) => `${IDENTIFIER.test(name) ? name : JSON.stringify(name)}: ${print(schema, nameOf)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

type Schema = z.ZodMiniType;

/** The schema itself. @param schemaOf the expression of a referenced schema */
export function evaluate(expression: Expression, schemaOf: (ref: string) => Expression): Schema {
  return evaluated(expression, schemaOf) as Schema;
}

function evaluated(expression: Expression, schemaOf: (ref: string) => Expression): unknown {
  if ('ref' in expression) return evaluated(schemaOf(expression.ref), schemaOf);
  if ('wrap' in expression) {
    const inner = evaluated(expression.of, schemaOf);
    return expression.wrap === 'strict' ? z.strictObject((inner as z.ZodMiniObject).shape) : inner;
  }
  const make = expression.call.split('.').reduce<unknown>((of, name) => (of as Record<string, unknown>)[name], z) as (
    ...args: unknown[]
  ) => Schema;
  const made = make(...(expression.args ?? []).map((it) => argumentOf(it, schemaOf)));
  const checks = (expression.checks ?? []).map((check) => evaluated(check, schemaOf) as z.core.$ZodCheck<unknown>);
  return checks.length === 0 ? made : made.check(...checks);
}

function argumentOf(argument: Argument, schemaOf: (ref: string) => Expression): unknown {
  if ('value' in argument) return argument.value;
  if ('regex' in argument) return new RegExp(argument.regex);
  if ('list' in argument) return argument.list.map((it) => evaluated(it, schemaOf));
  if ('schema' in argument) return evaluated(argument.schema, schemaOf);
  return Object.fromEntries(argument.fields.map(([name, schema]) => [name, evaluated(schema, schemaOf)]));
}
