import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { Properties } from '../cloudformation/index.ts';

interface Tag {
  readonly Key: string;
}

/** Gives a rule or bus exactly the tags of its template. */
export async function bringTagsInLine(eventBridge: AwsJsonService, arn: string, properties: Properties): Promise<void> {
  const wanted = (properties['Tags'] ?? []) as readonly Tag[];
  const { Tags: present } = (await eventBridge('ListTagsForResource', { ResourceARN: arn })) as {
    Tags: readonly Tag[];
  };
  const TagKeys = present.map(({ Key }) => Key).filter((key) => !wanted.some(({ Key }) => Key === key));
  if (TagKeys.length > 0) await eventBridge('UntagResource', { ResourceARN: arn, TagKeys });
  if (wanted.length > 0) await eventBridge('TagResource', { ResourceARN: arn, Tags: wanted });
}
