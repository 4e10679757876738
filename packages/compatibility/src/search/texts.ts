import type { SignedAtom } from './conjunction.ts';
import type { Json } from './formula.ts';
import { samplesOfFormat, withoutFormat } from './formats.ts';
import { atomHolds } from './holds.ts';
import { samplesOf } from './patterns.ts';
import type { Found } from './found.ts';

const LETTERS = ['a', 'b', '0', 'A', '-', '1', 'é', ' ', '_', 'z'];
const MAX_LENGTH = 5000;

/**
 * A text of some length, with some patterns and formats and without others. Whether two patterns exclude each other is
 * not decided: a few texts are tried.
 */
export function findText(atoms: readonly SignedAtom[], isExcluded: (value: Json) => boolean, excluded: number): Found {
  const counts = (sign: boolean) =>
    atoms.flatMap(({ atom, sign: it }) => (atom.kind === 'minLength' && it === sign ? [atom.count] : []));
  const low = Math.max(0, ...counts(true));
  const high = Math.min(Infinity, ...counts(false).map((count) => count - 1));
  if (low > high) return 'none';
  const special = atoms.filter(({ atom }) => atom.kind === 'pattern' || atom.kind === 'format');
  const lengths = [...new Set([low, low + 1, low + 2, Math.min(high, low + 20), high])].filter(
    (it) => it >= low && it <= high && it <= MAX_LENGTH,
  );
  const plain = lengths.flatMap((length) => LETTERS.map((letter) => letter.repeat(length)));
  const counted = Array.from({ length: excluded }, (_, index) => String(index).padStart(low, '0'));
  const tried = [...special.flatMap((it) => samples(it, lengths)), ...plain, ...counted];
  const value = tried.find((it) => !isExcluded(it) && atoms.every(({ atom, sign }) => atomHolds(it, atom) === sign));
  if (value !== undefined) return { value };
  if (special.length === 0) return high === 0 || high < Infinity ? ofFew(high) : { unknown: 'long texts' };
  return { unknown: 'patterns and formats' };
}

/** Of the texts without a letter there is one; of others there are more than can be excluded. */
const ofFew = (high: number): Found => (high === 0 ? 'none' : { unknown: 'texts that are excluded one by one' });

function samples({ atom, sign }: SignedAtom, lengths: readonly number[]): readonly string[] {
  if (atom.kind === 'pattern') return sign ? samplesOf(atom.pattern).flatMap((it) => stretched(it, lengths)) : [];
  if (atom.kind !== 'format') return [];
  return sign ? samplesOfFormat(atom.format) : lengths.map(withoutFormat);
}

/** A sample, and longer ones that may have the pattern too. */
function stretched(text: string, lengths: readonly number[]): string[] {
  const last = text.at(-1) ?? 'a';
  return [
    text,
    ...lengths
      .filter((it) => it > text.length)
      .flatMap((it) => [text.padEnd(it, last), text.padStart(it, text[0] ?? 'a')]),
  ];
}
