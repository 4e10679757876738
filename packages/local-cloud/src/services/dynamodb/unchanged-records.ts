import { isDeepStrictEqual } from 'node:util';

interface Images {
  readonly eventName?: string;
  readonly dynamodb?: { readonly NewImage?: unknown; readonly OldImage?: unknown };
}

const SETS = ['SS', 'NS', 'BS'];

/**
 * Whether a record describes a write that changed nothing: the emulator makes one, AWS does not. Known where the record
 * has both images.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export function changesNothing({ eventName, dynamodb = {} }: Images): boolean {
  const { NewImage, OldImage } = dynamodb;
  if (eventName !== 'MODIFY' || NewImage === undefined || OldImage === undefined) return false;
  return isDeepStrictEqual(withSetsInOrder(NewImage), withSetsInOrder(OldImage));
}

/** The elements of a set have no order, but the emulator keeps the one in which they were sent. */
function withSetsInOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSetsInOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] =>
    SETS.includes(name) && Array.isArray(inner) && inner.every((element) => typeof element === 'string')
      ? [name, [...(inner as string[])].sort()]
      : [name, withSetsInOrder(inner)],
  );
  return Object.fromEntries(entries);
}

/** The answer of GetRecords as AWS gives it. Any other answer stays. */
export function withoutUnchanged(answer: unknown): unknown {
  const { Records: records } = answer as { Records?: readonly Images[] };
  return records === undefined
    ? answer
    : { ...(answer as object), Records: records.filter((it) => !changesNothing(it)) };
}
