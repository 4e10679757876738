import type { Sqs } from '@dure/sqs';
import {
  attributesOf,
  type CreatedResource,
  type Identity,
  knownProperties,
  type Properties,
  type ResourceType,
} from '../cloudformation/index.ts';

/** Each attribute with what it goes back to when it leaves the template. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  ContentBasedDeduplication: false,
  DeduplicationScope: 'queue',
  DelaySeconds: 0,
  FifoThroughputLimit: 'perQueue',
  KmsMasterKeyId: '',
  MaximumMessageSize: 1_048_576,
  MessageRetentionPeriod: 345_600,
  ReceiveMessageWaitTimeSeconds: 0,
  RedriveAllowPolicy: '',
  RedrivePolicy: '',
  VisibilityTimeout: 30,
};
const ATTRIBUTES = [...Object.keys(DEFAULTS), 'FifoQueue', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled'];

export function sqsResourceTypes(sqs: Sqs, identity: Identity): Record<string, ResourceType> {
  return { 'AWS::SQS::Queue': queueType(sqs, identity) };
}

/**
 * A queue is referred to by its URL on AWS, which a template's scope makes reachable.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 */
function queueType(sqs: Sqs, { region, accountId }: Identity): ResourceType {
  function put(name: string, properties: Properties): CreatedResource {
    const attributes = attributesOf(properties, ATTRIBUTES);
    // SQS accepts FifoQueue only as true.
    if (attributes['FifoQueue'] === 'false') delete attributes['FifoQueue'];
    if (sqs.views.of(name) === undefined) sqs.createQueue(name, attributes);
    else if (Object.keys(attributes).length > 0) sqs.setAttributes(name, attributes);
    const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
    const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  }

  return {
    nameProperty: 'QueueName',
    replacedBy: ['FifoQueue'],
    holdsData: true,
    ...knownProperties('AWS::SQS::Queue', ['QueueName', ...ATTRIBUTES], ['Tags']),
    exists: async (name) => sqs.views.of(name) !== undefined,
    create: async ({ name, properties }) => put(name, properties),
    async update(url, properties, previous) {
      const left = Object.keys(previous).filter((name) => name in DEFAULTS && !(name in properties));
      const defaults = Object.fromEntries(left.map((name) => [name, DEFAULTS[name]]));
      const { attributes } = put(url.split('/').at(-1)!, { ...defaults, ...properties });
      return { ref: url, attributes };
    },
    remove: async ({ name }) => sqs.deleteQueue(name),
  };
}
