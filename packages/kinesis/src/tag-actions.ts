import { optionalInteger, optionalText, requiredText, violates } from '@dure/aws-protocols/aws-input';
import { requiredTexts, streamOf, tagsOf } from './input.ts';
import { overLimit } from './kinesis-error.ts';
import type { Actions, Input, Parts } from './parts.ts';
import type { Stream } from './stream-store.ts';

const MAX_TAGS = 50;

/** Tags of streams, by the actions for streams and by those for resources. */
export function tagActions(parts: Parts): Actions {
  const { streams } = parts;
  const ofResource = (input: Input): Stream =>
    streamOf(parts, { StreamARN: requiredText(input, 'ResourceARN', 2_048) });

  function add(stream: Stream, input: Input): undefined {
    const given = tagsOf(input);
    if (Object.keys(given).length === 0) throw violates('tags', {}, 'must have length greater than or equal to 1');
    const tags = { ...stream.tags, ...given };
    if (Object.keys(tags).length > MAX_TAGS) {
      throw overLimit(`Failed to add tags to stream ${stream.name}: a stream may have ${MAX_TAGS} tags.`);
    }
    streams.save({ ...stream, tags });
    return undefined;
  }

  function remove(stream: Stream, input: Input): undefined {
    const keys = requiredTexts(input, 'TagKeys', MAX_TAGS);
    const left = Object.entries(stream.tags).filter(([key]) => !keys.includes(key));
    streams.save({ ...stream, tags: Object.fromEntries(left) });
    return undefined;
  }

  const listOf = ({ tags }: Stream): { Key: string; Value: string }[] =>
    Object.entries(tags)
      .map(([Key, Value]) => ({ Key, Value }))
      .sort((left, right) => (left.Key < right.Key ? -1 : 1));

  return {
    AddTagsToStream: (input) => add(streamOf(parts, input), input),
    RemoveTagsFromStream: (input) => remove(streamOf(parts, input), input),
    ListTagsForStream(input) {
      const limit = optionalInteger(input, 'Limit', 1, MAX_TAGS) ?? MAX_TAGS;
      const after = optionalText(input, 'ExclusiveStartTagKey', 128) ?? '';
      const left = listOf(streamOf(parts, input)).filter(({ Key }) => Key > after);
      return { Tags: left.slice(0, limit), HasMoreTags: left.length > limit };
    },
    TagResource: (input) => add(ofResource(input), input),
    UntagResource: (input) => remove(ofResource(input), input),
    ListTagsForResource: (input) => ({ Tags: listOf(ofResource(input)) }),
  };
}
