import { xmlDocument } from '@dure/s3-store';
import { onlyKnown } from '../cloudformation/index.ts';

type Node = Readonly<Record<string, unknown>>;

const TYPE = 'AWS::S3::Bucket NotificationConfiguration';
const DESTINATIONS = [
  ['LambdaConfigurations', 'Function', 'CloudFunctionConfiguration', 'CloudFunction'],
  ['QueueConfigurations', 'Queue', 'QueueConfiguration', 'Queue'],
  ['TopicConfigurations', 'Topic', 'TopicConfiguration', 'Topic'],
] as const;

/**
 * A template's `NotificationConfiguration` as the document of S3's API.
 * @throws TypeError for what is not supported here
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html
 */
export function notificationDocument(configuration: Node): string {
  onlyKnown(TYPE, configuration, [...DESTINATIONS.map(([name]) => name), 'EventBridgeConfiguration']);
  const rules = DESTINATIONS.map(([list, property, element, name]) => {
    const given = (configuration[list] ?? []) as readonly Node[];
    return [
      element,
      given.map((one) => {
        onlyKnown(`${TYPE} ${list}`, one, ['Event', 'Filter', property]);
        return { [name]: one[property], Event: one['Event'], Filter: filterOf(one['Filter'] as Node | undefined) };
      }),
    ];
  });
  const { EventBridgeConfiguration: eventBridge } = configuration as { EventBridgeConfiguration?: Node };
  const enabled = eventBridge !== undefined && String(eventBridge['EventBridgeEnabled'] ?? true) === 'true';
  return xmlDocument('NotificationConfiguration', {
    ...Object.fromEntries(rules),
    ...(enabled && { EventBridgeConfiguration: {} }),
  });
}

function filterOf(filter: Node | undefined): Node | undefined {
  if (filter === undefined) return undefined;
  const { Rules = [] } = (filter['S3Key'] ?? {}) as { readonly Rules?: readonly Node[] };
  return { S3Key: { FilterRule: Rules.map(({ Name, Value }) => ({ Name, Value })) } };
}
