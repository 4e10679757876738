import { compareEndpoints } from '../endpoints/compare-endpoints.ts';
import type { EndpointSchema } from '../endpoints/endpoint.ts';
import { compareSchemas } from '../compare/compare-schemas.ts';
import type { Schema } from '../schema/schema.ts';
import type { Change } from '../compare/walk.ts';
import type { Use } from './release.ts';

/** What a consumer was built against, beside what a provider has: by the hashes of the schemas. */
export interface Pair {
  readonly consumer: string;
  readonly provider: string;
  readonly use: Use;
  /** What the consumer uses. */
  readonly fields: readonly string[];
}

/** What differs for the consumer; undefined where a schema is not known, or cannot be read. */
export type Compare = (pair: Pair) => readonly Change[] | undefined;

/**
 * Compares by the schemas themselves. The answer for a pair never changes, so it may be kept for ever under
 * {@link pairKey}.
 *
 * @param schemaOf the schema of a hash: of an endpoint, its whole document
 */
export function comparer(schemaOf: (hash: string) => Schema | undefined): Compare {
  return ({ consumer, provider, use, fields }) => {
    if (consumer === provider) return [];
    const [built, now] = [schemaOf(consumer), schemaOf(provider)];
    if (built === undefined || now === undefined) return undefined;
    try {
      if (use === 'reads') return compareSchemas(built, now, 'output', { fields });
      if (use === 'sends') return compareSchemas(built, now, 'input', { fields });
      return compareEndpoints(built as unknown as EndpointSchema, now as unknown as EndpointSchema, { fields });
    } catch {
      // A manifest may bring anything under a hash: a reference to nothing, a list where a schema belongs, or nesting
      // without end. It must keep nobody from an answer about everything else.
      return undefined;
    }
  };
}

/** The same for pairs that compare alike. */
export const pairKey = ({ consumer, provider, use, fields }: Pair): string =>
  JSON.stringify([consumer, provider, use, [...fields].sort()]);

/** Compares each pair once, and equal hashes not at all. */
export function once(compare: Compare): Compare {
  const known = new Map<string, readonly Change[] | undefined>();
  return (pair) => {
    if (pair.consumer === pair.provider) return [];
    const key = pairKey(pair);
    if (!known.has(key)) known.set(key, compare(pair));
    return known.get(key);
  };
}
