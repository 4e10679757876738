import { isObject } from '@dure/local-http/json';
import type { Locate } from './location.ts';
import { PROPERTIES, supportOf } from './properties.ts';

/**
 * What a service's resolved configuration asks for and `npm start` does not do: a sentence for each such property, with
 * its place. A property that is false or empty asks for nothing.
 */
export function refusalsIn(configuration: object, locate: Locate): string[] {
  const refusals: string[] = [];
  const visit = (value: unknown, pattern: string, path: readonly (string | number)[]): void => {
    if (asksForNothing(value)) return;
    const support = supportOf(pattern);
    const wanted = VALUES[pattern];
    if (support !== undefined && 'refused' in support) {
      refusals.push(`${locate(path)}: ${nameOf(path)} is not supported locally. ${support.refused}.`);
    } else if (wanted !== undefined && typeof value === 'string' && !wanted.pattern.test(value)) {
      refusals.push(`${locate(path)}: ${nameOf(path)} is ${value}, and only ${wanted.said} runs here.`);
    } else if (Array.isArray(value)) value.forEach((item, index) => visit(item, `${pattern}[]`, [...path, index]));
    else if (isObject(value)) {
      const wrong = pattern === SCHEDULE ? refusalOfTimeZone(value) : undefined;
      const at = [...path, 'timezone'];
      if (wrong !== undefined) refusals.push(`${locate(at)}: ${nameOf(at)} ${wrong}`);
      for (const [key, inner] of Object.entries(value)) {
        const below = nextPattern(pattern, key);
        if (below !== undefined) visit(inner, below, [...path, key]);
      }
    }
  };
  visit(configuration, '', []);
  return refusals;
}

const RUNTIME = { pattern: /^(nodejs\d+\.x|python3\.\d+)$/, said: 'Node.js or Python 3' };

/** Properties of whose values only some are carried out. */
const VALUES: Readonly<Record<string, { readonly pattern: RegExp; readonly said: string }>> = {
  'provider.name': { pattern: /^aws$/, said: 'aws' },
  'provider.runtime': RUNTIME,
  'functions.*.runtime': RUNTIME,
};

const SCHEDULE = 'functions.*.events[].schedule';

/** What is wrong with a schedule's time zone, which the framework says without its place, or not before it runs. */
function refusalOfTimeZone({ timezone, method }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof timezone !== 'string') return undefined;
  if (method !== 'scheduler') return 'needs "method: scheduler" beside it.';
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return undefined;
  } catch {
    return `is ${timezone}, and there is no such time zone. Names are like Asia/Seoul.`;
  }
}

const asksForNothing = (value: unknown): boolean =>
  value === false ||
  value === null ||
  value === undefined ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const PREFIXES = new Set([...PROPERTIES.keys()].flatMap(prefixesOf));

function prefixesOf(path: string): string[] {
  const names = path.split('.');
  return names.flatMap((_, end) => {
    const prefix = names.slice(0, end + 1).join('.');
    return [prefix, prefix.replace(/\[\]$/, '')];
  });
}

/** Undefined for what the framework does not know: a plugin's property, or what a template says. */
function nextPattern(pattern: string, key: string): string | undefined {
  const join = (name: string): string => (pattern === '' ? name : `${pattern}.${name}`);
  return [join(key), join('*')].find((candidate) => PREFIXES.has(candidate));
}

/** `functions.api.events.0.http` → `functions.api.events[0].http` */
const nameOf = (path: readonly (string | number)[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1);
