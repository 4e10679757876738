import * as fc from 'fast-check';
import type { Argument, Call, Expression } from './expression.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'iso.date': '2026-01-05',
  'iso.datetime': '2026-01-05T09:30:00Z',
  'iso.duration': 'P1D',
  base64: 'dGV4dA==',
  email: 'someone@example.com',
  guid: '01890a5d-ac97-7c3e-9d2f-6a1b5e8c4d70',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  url: 'https://example.com/',
};

interface Choice {
  /** Whether to take what the document gives as examples. */
  readonly given: boolean;
  readonly schemaOf: (ref: string) => Expression;
}

/** A value that satisfies a schema as far as can be known: what is checked by a pattern is drawn, the same each time. */
export function sample(expression: Expression, choice: Choice): unknown {
  if ('ref' in expression) return sample(choice.schemaOf(expression.ref), choice);
  if ('wrap' in expression) return sample(expression.of, choice);
  if (choice.given && expression.example !== undefined) return expression.example;
  const text = TEXTS[expression.call];
  return text ?? made(expression, choice);
}

function made(expression: Call, choice: Choice): unknown {
  const { call, args = [] } = expression;
  const [first, second] = args;
  switch (call) {
    case 'string':
      return textOf(expression);
    case 'int':
    case 'int32':
    case 'number':
    case 'coerce.number':
      return numberOf(expression);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'enum':
    case 'literal':
      return [valueIn(first)].flat()[0];
    case '_default':
      return valueIn(second);
    case 'array':
      return Array.from({ length: Math.max(1, limit(expression, 'minLength') ?? 1) }, () => inner(first, choice));
    case 'tuple':
    case 'union':
    case 'discriminatedUnion': {
      const list = args.flatMap((it) => ('list' in it ? it.list : []));
      return call === 'tuple' ? list.map((it) => sample(it, choice)) : sample(list[0]!, choice);
    }
    case 'record':
      return { key: inner(second, choice) };
    case 'object':
    case 'strictObject':
    case 'looseObject':
      return Object.fromEntries(fieldsIn(first).map(([name, schema]) => [name, sample(schema, choice)]));
    case 'unknown':
      return {};
    default:
      return inner(first, choice);
  }
}

const valueIn = (argument: Argument | undefined): unknown =>
  argument !== undefined && 'value' in argument ? argument.value : undefined;
const fieldsIn = (argument: Argument | undefined) =>
  argument !== undefined && 'fields' in argument ? argument.fields : [];
const inner = (argument: Argument | undefined, choice: Choice): unknown =>
  argument !== undefined && 'schema' in argument ? sample(argument.schema, choice) : undefined;

const limit = ({ checks = [] }: Call, name: string): number | undefined =>
  checks.flatMap(({ call, args }) => (call === name ? [valueIn(args?.[0]) as number] : []))[0];

function textOf(expression: Call): string {
  const pattern = expression.checks?.flatMap(({ args = [] }) =>
    args.flatMap((it) => ('regex' in it ? [it.regex] : [])),
  )[0];
  const [shortest, longest] = [limit(expression, 'minLength') ?? 0, limit(expression, 'maxLength') ?? Infinity];
  if (pattern === undefined) return 'text'.padEnd(shortest, 'x').slice(0, longest);
  const fits = (text: string): boolean => text.length >= shortest && text.length <= longest;
  const drawn = fc.sample(fc.stringMatching(new RegExp(pattern)), { seed: 1, numRuns: 200 });
  return drawn.find(fits) ?? drawn[0]!;
}

function numberOf(expression: Call): number {
  const step = limit(expression, 'multipleOf') ?? 1;
  const [above, least] = [limit(expression, 'gt'), limit(expression, 'gte')];
  const [below, most] = [limit(expression, 'lt'), limit(expression, 'lte')];
  if (least !== undefined || above !== undefined) {
    const from = Math.ceil((least ?? above!) / step) * step;
    return above !== undefined && from <= above ? from + step : from;
  }
  const to = Math.floor(Math.min(most ?? step, below ?? Infinity, step) / step) * step;
  return below !== undefined && to >= below ? to - step : to;
}
