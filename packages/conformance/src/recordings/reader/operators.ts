import { calculateTime } from './dates.ts';
import { Unreadable, contains, equal, isDict, text } from './values.ts';

/** A binary operator of two values; `and` and `or` are not among them. */
export function calculate(one: unknown, operator: string, other: unknown): unknown {
  const calculation = OPERATORS[operator];
  if (calculation === undefined) throw new Unreadable(`the operator ${operator}`);
  return calculateTime(one, operator, other) ?? calculation(one, other);
}

const OPERATORS: Readonly<Record<string, (one: unknown, other: unknown) => unknown>> = {
  '==': equal,
  '!=': (one, other) => !equal(one, other),
  is: (one, other) => equal(one, other),
  'is not': (one, other) => !equal(one, other),
  in: (one, other) => contains(other, one),
  'not in': (one, other) => !contains(other, one),
  '<': (one, other) => (one as number) < (other as number),
  '<=': (one, other) => (one as number) <= (other as number),
  '>': (one, other) => (one as number) > (other as number),
  '>=': (one, other) => (one as number) >= (other as number),
  '+': add,
  '-': (one, other) => (one as number) - (other as number),
  '*': multiply,
  '/': (one, other) => (one as number) / (other as number),
  '//': (one, other) => Math.floor((one as number) / (other as number)),
  '%': remainder,
  '**': (one, other) => (one as number) ** (other as number),
  '|': (one, other) => {
    if (isDict(one) && isDict(other)) return { ...one, ...other };
    throw new Unreadable('the operator |');
  },
};

function add(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return [...(one as unknown[]), ...(other as unknown[])];
  if (typeof one === typeof other) return (one as string) + (other as string);
  throw new Unreadable('a sum of unlike things');
}

function multiply(one: unknown, other: unknown): unknown {
  const [repeated, times] = typeof one === 'number' ? [other, one] : [one, other as number];
  if (typeof repeated === 'string') return repeated.repeat(times);
  if (Array.isArray(repeated)) return Array.from({ length: times }, () => repeated as unknown[]).flat();
  return (repeated as number) * times;
}

function remainder(one: unknown, other: unknown): unknown {
  if (typeof one === 'string') {
    const values = Array.isArray(other) ? [...(other as unknown[])] : [other];
    return one.replace(/%([sd%])/g, (_, kind) => (kind === '%' ? '%' : text(values.shift())));
  }
  if (typeof one !== 'number') throw new Unreadable('the operator %');
  return one % (other as number);
}
