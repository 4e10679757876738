import type { SignedAtom } from './conjunction.ts';
import type { Json } from './formula.ts';
import { atomHolds, isMultiple } from './holds.ts';
import type { Found } from './found.ts';

const TRIES = 200;
const PARTS = [0.5, 0.25, 0.618, 0.1, 0.9, 0.333, 0.777, 0.05];

/** A number within bounds, a multiple of some and not of others. */
export function findNumber(atoms: readonly SignedAtom[], isExcluded: (value: Json) => boolean): Found {
  const [low, high] = [lowest(atoms), highest(atoms)];
  if (low > high) return 'none';
  const of = (sign: boolean) =>
    atoms.flatMap(({ atom, sign: it }) => (atom.kind === 'multipleOf' && it === sign ? [atom.of] : []));
  const step = of(true).reduce<number | undefined>((a, b) => (a === undefined ? b : leastCommon(a, b)), undefined);
  if (step !== undefined && of(false).some((it) => isMultiple(step, it))) return 'none';
  const { tried, all } = step === undefined ? between(low, high) : multiples(step, low, high);
  const value = tried.find((it) => !isExcluded(it) && atoms.every(({ atom, sign }) => atomHolds(it, atom) === sign));
  if (value !== undefined) return { value };
  return all ? 'none' : { unknown: 'multiples' };
}

function lowest(atoms: readonly SignedAtom[]): number {
  return Math.max(
    -Infinity,
    ...atoms.flatMap(({ atom, sign }) => (atom.kind === 'atLeast' && sign ? [atom.bound] : [])),
  );
}

function highest(atoms: readonly SignedAtom[]): number {
  return Math.min(
    Infinity,
    ...atoms.flatMap(({ atom, sign }) => (atom.kind === 'atLeast' && !sign ? [atom.bound] : [])),
  );
}

interface Tried {
  readonly tried: readonly number[];
  /** There are no others. */
  readonly all: boolean;
}

function multiples(step: number, low: number, high: number): Tried {
  const [from, to] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  const start = Number.isFinite(from) ? from : Number.isFinite(to) ? to - TRIES : Math.min(0, to) - TRIES / 2;
  const count = Math.min(TRIES, to - start);
  const tried = Array.from({ length: Math.max(0, count + 1) }, (_, index) => rounded((start + index) * step));
  return { tried, all: to - from < TRIES };
}

const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(12)));

/** Numbers that lie close enough for a first look, the bounds among them. */
function between(low: number, high: number): Tried {
  if (low === high) return { tried: [low], all: true };
  const from = Number.isFinite(low) ? low : Number.isFinite(high) ? high - 100 : -50;
  const to = Number.isFinite(high) ? high : from + 100;
  const whole = Array.from({ length: 20 }, (_, index) => Math.ceil(from) + index);
  const tried = [from, to, 0, ...whole, Math.floor(to), ...PARTS.map((part) => from + (to - from) * part)];
  return { tried: tried.filter((it) => it >= low && it <= high), all: false };
}

function leastCommon(a: number, b: number): number {
  const scale = 10 ** Math.max(decimals(a), decimals(b));
  const [one, other] = [Math.round(a * scale), Math.round(b * scale)];
  return (one / greatestCommon(one, other)) * (other / scale);
}

const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b));
const decimals = (value: number): number => (/\.(\d+)$/.exec(value.toFixed(9).replace(/0+$/, ''))?.[1] ?? '').length;
