import { notImplemented, S3Error } from './s3-error.ts';
import { itemsOf, nodeOf, nodesOf, parseDocument, textOf, type XmlNode } from './xml.ts';

export type DestinationKind = 'function' | 'queue' | 'topic';

/** What is told to whom. */
export interface NotificationRule {
  readonly id: string;
  readonly kind: DestinationKind;
  /** ARN. */
  readonly destination: string;
  /** Without `s3:`: `ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

export interface Notifications {
  readonly rules: readonly NotificationRule[];
  /** Whether every change goes to the account's bus. */
  readonly eventBridge: boolean;
}

const DESTINATIONS = [
  ['CloudFunctionConfiguration', 'CloudFunction', 'function', 'lambda'],
  ['QueueConfiguration', 'Queue', 'queue', 'sqs'],
  ['TopicConfiguration', 'Topic', 'topic', 'sns'],
] as const;
const EVENTS = [
  ...['ObjectCreated:*', 'ObjectCreated:Put', 'ObjectCreated:Post', 'ObjectCreated:Copy'],
  ...['ObjectCreated:CompleteMultipartUpload', 'ObjectRemoved:*', 'ObjectRemoved:Delete'],
  ...['ObjectRemoved:DeleteMarkerCreated', 'ObjectTagging:*', 'ObjectTagging:Put', 'ObjectTagging:Delete'],
];
/** Of what is not done here, so that they would never come. */
const NEVER =
  /^(?:ReducedRedundancyLostObject|ObjectRestore|Replication|LifecycleExpiration|LifecycleTransition|IntelligentTiering|ObjectAcl)(?::|$)/;

/**
 * Reads a bucket's notification configuration.
 * @throws S3Error for what is wrong, and by name for events that never happen here
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
export function parseNotifications(document: string): Notifications {
  const configuration = parseDocument(document, 'NotificationConfiguration');
  const rules = DESTINATIONS.flatMap(([element, name, kind, service]) =>
    nodesOf(configuration[element]).map((node, index): NotificationRule => {
      const destination = textOf(node[name]) ?? '';
      checkDestination(destination, service);
      const events = itemsOf(node['Event']).map((event) => checkEvent(textOf(event) ?? ''));
      if (events.length === 0) throw new S3Error('MalformedXML');
      return { id: textOf(node['Id']) ?? `${kind}-${index + 1}`, kind, destination, events, ...filterOf(node) };
    }),
  );
  for (const [index, rule] of rules.entries()) {
    for (const other of rules.slice(0, index)) if (overlap(rule, other)) throw overlapping();
  }
  return { rules, eventBridge: configuration['EventBridgeConfiguration'] !== undefined };
}

function checkDestination(arn: string, service: string): void {
  if (arn.startsWith(`arn:aws:${service}:`) && !arn.endsWith('.fifo')) return;
  const details = { ArgumentName1: arn, ArgumentValue1: 'It is not of a kind that S3 sends to.' };
  throw new S3Error('InvalidArgument', 'Unable to validate the following destination configurations', { details });
}

function checkEvent(given: string): string {
  const event = given.replace(/^s3:/, '');
  if (EVENTS.includes(event)) return event;
  if (NEVER.test(event)) throw notImplemented(`notifications of ${given}`);
  throw new S3Error('InvalidArgument', `The event '${given}' is not supported for notifications`);
}

function filterOf(node: XmlNode): Pick<NotificationRule, 'prefix' | 'suffix'> {
  const filter = { prefix: '', suffix: '' };
  for (const { Name, Value } of nodesOf(nodeOf(nodeOf(node['Filter'])['S3Key'])['FilterRule'])) {
    const name = textOf(Name)?.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw new S3Error('InvalidArgument', 'filter rule name must be either prefix or suffix');
    }
    filter[name] = textOf(Value) ?? '';
  }
  return filter;
}

/** Whether one change could be told by both. */
function overlap(one: NotificationRule, other: NotificationRule): boolean {
  const shares = one.events.some((event) => other.events.some((more) => covers(event, more) || covers(more, event)));
  const prefixes = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
  return shares && prefixes && (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix));
}

const overlapping = (): S3Error =>
  new S3Error(
    'InvalidArgument',
    'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
  );

const covers = (pattern: string, event: string): boolean =>
  pattern === event || (pattern.endsWith('*') && event.startsWith(pattern.slice(0, -1)));

/** The rules by which a change is told. Keys are compared as they are. */
export const rulesFor = ({ rules }: Notifications, type: string, key: string): NotificationRule[] =>
  rules.filter(
    ({ events, prefix, suffix }) =>
      events.some((event) => covers(event, type)) && key.startsWith(prefix) && key.endsWith(suffix),
  );
