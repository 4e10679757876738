import { Script } from 'node:vm';
import { Refusal } from './refusal.ts';

/** What a new service and the things that it keeps are called. */
export interface Names {
  /** `gift-cards`: its folder, its contracts' owner, a part of its AWS names. */
  readonly service: string;
  /** `gift-card`: one of the things that it keeps. */
  readonly aggregate: string;
}

const MAX_SERVICE_LENGTH = 20;
const MAX_AGGREGATE_LENGTH = 30;
/**
 * The longest name that AWS sees is that of a rule, 64 characters at most: `dure-production-NAME-events-EntryRecorded-v1`
 * leaves 29 for NAME and what it keeps.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
const MAX_LENGTH_TOGETHER = 29;

const SERVICE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const AGGREGATE = /^[a-z]+(-[a-z]+)*$/;

/** A name that is not a plural, such as `loyalty`, has entries. */
const DEFAULT_AGGREGATE = 'entry';

/** Beside services there are this repository's packages and the names that stand for the whole of it. */
const RESERVED = ['aws', 'dure', 'local', 'contracts', 'create-service', 'e2e', 'local-cloud', 'serverless-plugin'];
/** Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * Checks a service's name; what it keeps is called `aggregate`, or by the singular of the name.
 * @throws Refusal
 */
export function namesFor(service: string, aggregate?: string): Names {
  checkWord('name of a service', service, SERVICE, 'lower-case letters, digits and single hyphens', MAX_SERVICE_LENGTH);
  if (RESERVED.includes(service))
    throw new Refusal(`"${service}" stands for something else here: choose another name.`);
  if (isKeyword(camelCase(service))) {
    throw new Refusal(`"${service}" is a word of JavaScript, and imports are called like the service: choose another.`);
  }
  const derived = singular(service);
  const named = aggregate ?? (derived === service || !AGGREGATE.test(derived) ? DEFAULT_AGGREGATE : derived);
  checkWord('name of what it keeps', named, AGGREGATE, 'lower-case letters and single hyphens', MAX_AGGREGATE_LENGTH);
  if (service.length + pascalCase(named).length > MAX_LENGTH_TOGETHER) {
    throw new Refusal(
      `"${service}" and "${named}" have more than ${MAX_LENGTH_TOGETHER} characters together, so that AWS takes the names ` +
        'made of them: say what it keeps with a shorter --aggregate.',
    );
  }
  return { service, aggregate: named };
}

function checkWord(what: string, word: string, pattern: RegExp, allowed: string, limit: number): void {
  if (!pattern.test(word)) {
    throw new Refusal(`The ${what} has ${allowed} and begins with a letter, and this is "${word}".`);
  }
  if (word.length > limit) {
    throw new Refusal(
      `The ${what} has ${limit} characters at most, so that AWS takes the names made of it: "${word}".`,
    );
  }
  if (WINDOWS_DEVICE.test(word)) throw new Refusal(`Windows keeps the file name "${word}" for itself: choose another.`);
}

/** Whether no variable can be called so. The word is compiled, never run; it has letters and digits only. */
export function isKeyword(word: string): boolean {
  try {
    new Script(`'use strict'; async () => { const ${word} = 0; };`);
    return false;
  } catch {
    return true;
  }
}

/** `gift-cards` → `gift-card`, `entries` → `entry`, `addresses` → `address`; unchanged when it is not a plural. */
export function singular(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
  return /(ss|us|is|ics)$/.test(word) || !word.endsWith('s') || word.length < 4 ? word : word.slice(0, -1);
}

/** `gift-card` → `gift-cards`, `entry` → `entries`, `address` → `addresses`. */
export function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return word.replace(/y$/, 'ies');
  return /(s|sh|ch|x|z)$/.test(word) ? `${word}es` : `${word}s`;
}

export function camelCase(kebab: string): string {
  return kebab.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

export function pascalCase(kebab: string): string {
  return camelCase(`-${kebab}`);
}

/** `OrderCompleted` → `order-completed`. */
export function kebabCase(pascal: string): string {
  return pascal.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}
