import { S3Error } from './s3-error.ts';
import type { ObjectVersion, Tag } from './version-store.ts';
import { nodeOf, nodesOf, parseDocument, textOf, type XmlNode } from './xml.ts';

const DAY_MS = 86_400_000;

/** A rule that is enabled. Days are whole, times in ms since 1970. */
export interface LifecycleRule {
  readonly matches: (version: Pick<ObjectVersion, 'key' | 'size' | 'tags'>) => boolean;
  readonly expiration?: { readonly days?: number; readonly date?: number; readonly deleteMarkers: boolean };
  readonly noncurrent?: { readonly days: number; readonly newer: number };
  /** Days after which a multipart upload is aborted. */
  readonly abortAfterDays?: number;
}

/**
 * The enabled rules of a bucket's life cycle. Transitions are not among them: an object's storage class changes nothing
 * here.
 * @throws S3Error `MalformedXML`, `InvalidArgument`, `InvalidRequest`
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export function parseLifecycle(text: string): LifecycleRule[] {
  const rules = nodesOf(parseDocument(text, 'LifecycleConfiguration')['Rule']);
  if (rules.length === 0) throw new S3Error('MalformedXML');
  return rules.flatMap((rule) => {
    const { Status } = rule;
    if (Status !== 'Enabled' && Status !== 'Disabled') throw new S3Error('MalformedXML');
    const parsed = parseRule(rule);
    return Status === 'Enabled' ? [parsed] : [];
  });
}

function parseRule(rule: XmlNode): LifecycleRule {
  const { Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
  const does = ['Transition', 'NoncurrentVersionTransition'].some((name) => rule[name] !== undefined);
  const actions = [Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload];
  if (!does && actions.every((action) => action === undefined)) {
    throw new S3Error('InvalidRequest', 'At least one action needs to be specified in a rule');
  }
  const { NoncurrentDays, NewerNoncurrentVersions } = nodeOf(NoncurrentVersionExpiration);
  const { DaysAfterInitiation } = nodeOf(AbortIncompleteMultipartUpload);
  const abortAfterDays = daysOf(DaysAfterInitiation, 'DaysAfterInitiation', 'AbortIncompleteMultipartUpload');
  return {
    matches: filterOf(rule),
    ...(Expiration !== undefined && { expiration: expirationOf(nodeOf(Expiration)) }),
    ...(NoncurrentVersionExpiration !== undefined && {
      noncurrent: {
        days: daysOf(NoncurrentDays, 'NoncurrentDays', 'NoncurrentVersionExpiration') ?? 0,
        newer: Number(textOf(NewerNoncurrentVersions) ?? 0),
      },
    }),
    ...(abortAfterDays !== undefined && { abortAfterDays }),
  };
}

function expirationOf({ Days, Date: date, ExpiredObjectDeleteMarker }: XmlNode): LifecycleRule['expiration'] {
  const [days, text] = [daysOf(Days, 'Days', 'Expiration'), textOf(date)];
  const deleteMarkers = textOf(ExpiredObjectDeleteMarker) === 'true';
  if (text === undefined) return { ...(days !== undefined && { days }), deleteMarkers };
  const time = Date.parse(text);
  if (Number.isNaN(time) || days !== undefined) throw new S3Error('MalformedXML');
  if (time % DAY_MS !== 0) throw new S3Error('InvalidArgument', "'Date' must be at midnight GMT");
  return { date: time, deleteMarkers };
}

function daysOf(value: unknown, name: string, action: string): number | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new S3Error('InvalidArgument', `'${name}' for ${action} action must be a positive integer`);
}

/** All conditions of a filter, or of the `And` in it, hold. */
function filterOf({ Filter, Prefix: oldPrefix }: XmlNode): LifecycleRule['matches'] {
  const given = nodeOf(Filter);
  const { Prefix = oldPrefix, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan } = nodeOf(given['And'] ?? Filter);
  const prefix = textOf(Prefix) ?? '';
  const tags = nodesOf(Tag).map(({ Key, Value }): Tag => ({ key: textOf(Key) ?? '', value: textOf(Value) ?? '' }));
  const [above, below] = [Number(textOf(ObjectSizeGreaterThan) ?? -1), Number(textOf(ObjectSizeLessThan) ?? Infinity)];
  return ({ key, size, tags: own }) =>
    key.startsWith(prefix) &&
    size > above &&
    size < below &&
    tags.every((tag) => own.some(({ key: name, value }) => name === tag.key && value === tag.value));
}

/** S3 counts whole days, and acts at the midnight after. */
export function isDue(since: number, days: number, now: number): boolean {
  return Math.ceil((since + days * DAY_MS) / DAY_MS) * DAY_MS <= now;
}
