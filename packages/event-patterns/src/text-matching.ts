import { invalidPattern } from './errors.ts';

type TextTest = (actual: string) => boolean;

/**
 * Compares ignoring case, character by character: a character of the pattern stands for its lower and upper case,
 * each of which may be several characters ("ß" also for "SS"), as AWS does.
 */
export function ignoreCase(expected: string, part: 'whole' | 'prefix' | 'suffix'): TextTest {
  const characters = Array.from(expected, (character) => {
    const cases = new Set([character.toLowerCase(), character.toUpperCase()]);
    return `(?:${[...cases].map(escapeForRegExp).join('|')})`;
  });
  const start = part === 'suffix' ? '' : '^';
  const end = part === 'prefix' ? '' : '$';
  const expression = new RegExp(start + characters.join('') + end, 'u');
  return (actual) => expression.test(actual);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/**
 * How many wildcards a like character may follow. AWS does not say its limit; `*:*:*:*:*:event-bus/*` is its example of a
 * pattern beyond, and what has no more of the same is taken here.
 */
const MOST_ALIKE = 4;

/** @throws InvalidPatternError for a pattern that AWS calls too complex */
function checkComplexity([, ...afterWildcards]: readonly string[]): void {
  const alike = Map.groupBy(
    afterWildcards.filter((part) => part !== ''),
    (part) => part.charAt(0),
  );
  if ([...alike.values()].every(({ length }) => length <= MOST_ALIKE)) return;
  const advice =
    'try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';
  throw invalidPattern(`Rule is too complex - ${advice}`);
}

/**
 * `*` stands for any number of characters, `\*` and `\\` for themselves.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
 */
export function wildcard(pattern: string): TextTest {
  const parts = literalParts(pattern);
  checkComplexity(parts);
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return (actual) => actual === first;
  const between = parts.slice(1, -1);
  return (actual) => {
    if (!actual.startsWith(first) || !actual.endsWith(last)) return false;
    // Taking each part at its first place leaves the most room for those after it: no backtracking is needed.
    let from = first.length;
    for (const part of between) {
      const at = actual.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return from + last.length <= actual.length;
  };
}

/** The literal texts around the wildcards of a pattern. Errors count positions from the opening quote, as AWS does. */
function literalParts(pattern: string): string[] {
  const parts = [''];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (character === '*') {
      if (next === '*') throw invalidPattern(`Consecutive wildcard characters at pos ${at + 1}`);
      parts.push('');
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') throw invalidPattern(`Invalid escape character at pos ${at + 1}`);
      parts[parts.length - 1] += next;
      at++;
    } else parts[parts.length - 1] += character;
  }
  return parts;
}
