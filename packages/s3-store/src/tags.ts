import { S3Error } from './s3-error.ts';
import type { Tag } from './version-store.ts';
import { nodeOf, nodesOf, parseDocument, textOf, type XmlNode } from './xml.ts';

/** Letters, numbers, spaces and these. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MAX = { object: 10, bucket: 50 };

/** `Tagging` as its document. @throws S3Error */
export function parseTagging(document: string, of: 'object' | 'bucket'): Tag[] {
  const { TagSet } = parseDocument(document, 'Tagging');
  const tags = nodesOf(nodeOf(TagSet)['Tag']).map(({ Key, Value }) => ({
    key: textOf(Key) ?? '',
    value: textOf(Value) ?? '',
  }));
  return checkTags(tags, of);
}

/** `x-amz-tagging`: `a=b&c=d`. @throws S3Error */
export const parseTagHeader = (header: string): Tag[] =>
  checkTags(
    [...new URLSearchParams(header)].map(([key, value]) => ({ key, value })),
    'object',
  );

function checkTags(tags: Tag[], of: 'object' | 'bucket'): Tag[] {
  if (tags.length > MAX[of])
    throw new S3Error('BadRequest', `${of === 'object' ? 'Object' : 'Bucket'} tags cannot be greater than ${MAX[of]}`);
  for (const { key, value } of tags) {
    if (key === '' || key.length > 128 || !ALLOWED.test(key)) {
      throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid', { details: { TagKey: key } });
    }
    if (value.length > 256 || !ALLOWED.test(value)) {
      throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid', { details: { TagKey: key } });
    }
  }
  if (new Set(tags.map(({ key }) => key)).size === tags.length) return tags;
  throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
}

export const tagSet = (tags: readonly Tag[]): XmlNode => ({
  TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) },
});
