import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import { type Identity, knownProperties, optionalText, type ResourceType } from '../cloudformation/index.ts';
import { bringTagsInLine } from './resource-tags.ts';
import { ruleType } from './rule-type.ts';

export interface EventBridgeParts extends Identity {
  readonly eventBridge: AwsJsonService;
}

export function eventBridgeResourceTypes(parts: EventBridgeParts): Record<string, ResourceType> {
  return {
    'AWS::Events::Archive': archiveType(parts),
    'AWS::Events::EventBus': eventBusType(parts),
    'AWS::Events::Rule': ruleType(parts),
  };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html */
function eventBusType({ eventBridge, region, accountId }: EventBridgeParts): ResourceType {
  const supported = ['Name', 'Description', 'KmsKeyIdentifier', 'Tags'];
  return {
    nameProperty: 'Name',
    ...knownProperties('AWS::Events::EventBus', supported, ['LogConfig']),
    exists: (Name) => unlessCode(NOT_FOUND, eventBridge('DescribeEventBus', { Name })),
    async create({ name, properties }) {
      const arn = `arn:aws:events:${region}:${accountId}:event-bus/${name}`;
      // What left the template is emptied.
      const Description = optionalText(properties, 'Description') ?? '';
      const KmsKeyIdentifier = optionalText(properties, 'KmsKeyIdentifier') ?? '';
      const input = { Name: name, Description, KmsKeyIdentifier };
      const created = await unlessCode('ResourceAlreadyExistsException', eventBridge('CreateEventBus', input));
      if (!created) await eventBridge('UpdateEventBus', input);
      await bringTagsInLine(eventBridge, arn, properties);
      return { ref: name, attributes: { Name: name, Arn: arn } };
    },
    async remove({ name }) {
      await eventBridge('DeleteEventBus', { Name: name });
    },
  };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html */
function archiveType({ eventBridge, region, accountId }: EventBridgeParts): ResourceType {
  const supported = ['ArchiveName', 'SourceArn', 'EventPattern', 'RetentionDays', 'Description'];
  return {
    nameProperty: 'ArchiveName',
    replacedBy: ['SourceArn'],
    holdsData: true,
    ...knownProperties('AWS::Events::Archive', supported, ['KmsKeyIdentifier']),
    exists: (ArchiveName) => unlessCode(NOT_FOUND, eventBridge('DescribeArchive', { ArchiveName })),
    async create({ name, properties }) {
      const { EventPattern: pattern, RetentionDays } = properties;
      const input = {
        ArchiveName: name,
        EventPattern: pattern === undefined ? undefined : JSON.stringify(pattern),
        RetentionDays,
        Description: optionalText(properties, 'Description'),
      };
      const EventSourceArn = optionalText(properties, 'SourceArn');
      const creation = eventBridge('CreateArchive', { ...input, EventSourceArn });
      const created = await unlessCode('ResourceAlreadyExistsException', creation);
      if (!created) await eventBridge('UpdateArchive', input);
      const arn = `arn:aws:events:${region}:${accountId}:archive/${name}`;
      return { ref: name, attributes: { ArchiveName: name, Arn: arn } };
    },
    async remove({ name }) {
      await unlessCode(NOT_FOUND, eventBridge('DeleteArchive', { ArchiveName: name }));
    },
  };
}

const NOT_FOUND = 'ResourceNotFoundException';

/** False where the request is refused with this code. */
async function unlessCode(code: string, request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === code) return false;
    throw error;
  }
}
