import { BUCKETS } from './buckets.ts';
import { EVENTS } from './events.ts';
import { FUNCTIONS } from './functions.ts';
import { PROVIDER } from './provider.ts';
import { type Section, type Support, supportByPath } from './section.ts';
import { SERVICE } from './service.ts';

export const SECTIONS: readonly Section[] = [...SERVICE, ...PROVIDER, ...BUCKETS, ...FUNCTIONS, ...EVENTS];

/** What `npm start` does with each property of the framework's schema: `functions.*.events[].http.path`. */
export const PROPERTIES: ReadonlyMap<string, Support> = supportByPath(SECTIONS);

/** Of a property; what is below one without an effect, or below a refused one, is so too. */
export function supportOf(path: string, table = PROPERTIES): Support | undefined {
  const own = table.get(path);
  if (own !== undefined) return own;
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
    const support = table.get(above);
    if (support !== undefined) return 'done' in support ? undefined : support;
  }
  return undefined;
}

/** `a.b[].c` → `a.b[]` → `a.b` → `a` → nothing */
const parentOf = (path: string): string =>
  path.endsWith('[]') ? path.slice(0, -2) : path.slice(0, Math.max(path.lastIndexOf('.'), 0));
