/** Why a password is not taken. */
export type WeakPassword = 'short' | 'long' | 'guessable';

/** In characters, as a person counts them. A sign-in has no second factor, so the least is more than eight. */
export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 128;
/** In UTF-16 code units, as a form or JSON has it: letters in parts take up to four times as many. */
export const MAX_TYPED = 1_024;

const MIN_DIFFERENT = 5;
const MIN_NAME = 4;

/**
 * Why a password is too weak; undefined when it may be chosen. Nothing is said about capitals, digits or signs: such rules
 * make passwords that are hard to remember and easy to guess.
 * Source: https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
 *
 * @param email whose parts make a password guessable
 */
export function weaknessOf(password: string, email: string): WeakPassword | undefined {
  if (isTooLong(password)) return 'long';
  const characters = charactersOf(password);
  if (characters.length < MIN_PASSWORD) return 'short';
  const plain = characters.join('').toLowerCase();
  const [name = ''] = email.trim().toLowerCase().split('@');
  const rest = name.length < MIN_NAME ? plain : plain.replaceAll(name, '');
  if (new Set(rest).size < MIN_DIFFERENT || isRow(plain)) return 'guessable';
  return undefined;
}

/** People type the same letters in different ways. */
const charactersOf = (password: string): string[] => [...password.normalize('NFKC')];

/** Whether it is longer than any password that may be chosen. */
export const isTooLong = (password: string): boolean =>
  password.length > MAX_TYPED || charactersOf(password).length > MAX_PASSWORD;

const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', '1234567890', 'qwertyuiopasdfghjklzxcvbnm'];
const LONGEST_BREAK = 4;

/** Whether it is a row of the alphabet or the keyboard, perhaps with a few other characters: `qwertyuiop12`. */
const isRow = (plain: string): boolean =>
  ROWS.some((row) =>
    [row, [...row].reverse().join('')].some((it) => plain.length - longestIn(plain, it) <= LONGEST_BREAK),
  );

/** The length of the longest part that both have. */
function longestIn(text: string, row: string): number {
  let longest = 0;
  for (let start = 0; start < text.length; start += 1) {
    let end = start + longest + 1;
    while (end <= text.length && row.includes(text.slice(start, end))) end += 1;
    longest = Math.max(longest, end - 1 - start);
  }
  return longest;
}
