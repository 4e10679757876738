import { allowOnly, invalid, requiredObjects, requiredText, type Input } from '@dure/aws-protocols/aws-input';
import { busNameOf, ruleOf } from './arns.ts';
import type { Buses } from './buses.ts';
import type { Action, Context } from './context.ts';
import type { Rules } from './rules.ts';
import { inTransaction } from './schema.ts';

const MAX_TAGS = 50;

/** Sets the tags given in `input.Tags`, if any. */
export function putTags(context: Context, arn: string, input: Input): void {
  if (input.Tags === undefined || input.Tags === null) return;
  const tags = Array.isArray(input.Tags) && input.Tags.length === 0 ? [] : requiredObjects(input, 'Tags', MAX_TAGS);
  const insert = context.database.prepare('INSERT OR REPLACE INTO eventbridge_tags (arn, key, value) VALUES (?, ?, ?)');
  for (const tag of tags) {
    allowOnly('Tag', tag, ['Key', 'Value']);
    if (typeof tag.Value !== 'string' || tag.Value.length > 256) throw invalid('A tag needs a Value of at most 256.');
    insert.run(arn, requiredText(tag, 'Key', 128), tag.Value);
  }
}

export function deleteTags(context: Context, arn: string): void {
  context.database.prepare('DELETE FROM eventbridge_tags WHERE arn = ?').run(arn);
}

/** The actions on tags of rules and event buses. */
export function tagActions(context: Context, buses: Buses, rules: Rules): Record<string, Action> {
  const { database } = context;

  const existing = (input: Input): string => {
    const arn = requiredText(input, 'ResourceARN', 1600);
    if (arn.includes(':rule/')) {
      const { bus, rule } = ruleOf(context, arn);
      rules.get(bus, rule);
    } else buses.get(busNameOf(context, arn));
    return arn;
  };

  return {
    TagResource(input) {
      allowOnly('TagResource', input, ['ResourceARN', 'Tags']);
      const arn = existing(input);
      requiredObjects(input, 'Tags', MAX_TAGS);
      inTransaction(database, () => putTags(context, arn, input));
      return {};
    },
    UntagResource(input) {
      allowOnly('UntagResource', input, ['ResourceARN', 'TagKeys']);
      const arn = existing(input);
      if (!Array.isArray(input.TagKeys)) throw invalid('UntagResource needs TagKeys.');
      const remove = database.prepare('DELETE FROM eventbridge_tags WHERE arn = ? AND key = ?');
      for (const key of input.TagKeys) remove.run(arn, String(key));
      return {};
    },
    ListTagsForResource(input) {
      allowOnly('ListTagsForResource', input, ['ResourceARN']);
      const rows = database
        .prepare('SELECT key, value FROM eventbridge_tags WHERE arn = ? ORDER BY key')
        .all(existing(input));
      return { Tags: rows.map(({ key, value }) => ({ Key: key, Value: value })) };
    },
  };
}
