import { randomInt } from 'node:crypto';
import { AwsError } from '@dure/aws-protocols/aws-error';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const DEFAULT_LENGTH = 32;
const MAX_LENGTH = 4096;

/** What a password is made of; all kinds of characters, each at least once, where nothing else is said. */
export interface PasswordRules {
  readonly PasswordLength?: number;
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly IncludeSpace?: boolean;
  readonly RequireEachIncludedType?: boolean;
}

/**
 * A password of random characters.
 * @throws AwsError `InvalidParameterException` where the rules leave no password
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
export function randomPassword(rules: PasswordRules): string {
  const length = Number(rules.PasswordLength ?? DEFAULT_LENGTH);
  if (!Number.isInteger(length) || length < 1 || length > MAX_LENGTH) {
    throw invalid(`PasswordLength has to be a whole number from 1 to ${MAX_LENGTH}.`);
  }
  const excluded = new Set(rules.ExcludeCharacters ?? '');
  const kinds = [
    isTrue(rules.ExcludeLowercase) ? '' : LETTERS,
    isTrue(rules.ExcludeUppercase) ? '' : LETTERS.toUpperCase(),
    isTrue(rules.ExcludeNumbers) ? '' : '0123456789',
    isTrue(rules.ExcludePunctuation) ? '' : PUNCTUATION,
    isTrue(rules.IncludeSpace) ? ' ' : '',
  ]
    .map((characters) => [...characters].filter((character) => !excluded.has(character)))
    .filter((characters) => characters.length > 0);
  if (kinds.length === 0) throw invalid('The exclusions leave no character for a password.');
  const required = isTrue(rules.RequireEachIncludedType ?? true) ? kinds : [];
  if (required.length > length) {
    throw invalid(`PasswordLength has to be at least ${required.length}, the number of required kinds of characters.`);
  }
  const all = kinds.flat();
  const password = Array.from({ length }, (_, index) => pick(required[index] ?? all));
  return shuffled(password).join('');
}

/** A template's booleans may be texts. */
const isTrue = (value: unknown): boolean => String(value ?? false) === 'true';

const pick = (characters: readonly string[]): string => characters[randomInt(characters.length)] ?? '';

function shuffled(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other]!, characters[last]!];
  }
  return characters;
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
