import { isObject } from '@dure/local-http/json';
import type { Sqs } from '@dure/sqs';
import {
  attributesOf,
  type CreatedResource,
  type Identity,
  knownProperties,
  type Properties,
  type ResourceType,
  textOf,
} from '../cloudformation/index.ts';
import { policyTypes } from './policy-types.ts';

/**
 * Each attribute with what CloudFormation sets it to when it leaves the template. That is not always SQS's own default:
 * a queue gets 256 KiB, and a FIFO queue keeps its scope and limit. Both were seen on AWS in 2026.
 */
const WHEN_LEFT_OUT: Readonly<Record<string, unknown>> = {
  ContentBasedDeduplication: false,
  DelaySeconds: 0,
  KmsMasterKeyId: '',
  MaximumMessageSize: 262_144,
  MessageRetentionPeriod: 345_600,
  ReceiveMessageWaitTimeSeconds: 0,
  RedriveAllowPolicy: '',
  RedrivePolicy: '',
  VisibilityTimeout: 30,
};
const ATTRIBUTES = [
  ...Object.keys(WHEN_LEFT_OUT),
  ...['DeduplicationScope', 'FifoQueue', 'FifoThroughputLimit', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled'],
];

export function sqsResourceTypes(sqs: Sqs, identity: Identity): Record<string, ResourceType> {
  return { 'AWS::SQS::Queue': queueType(sqs, identity), ...policyTypes(sqs) };
}

/**
 * A queue is referred to by its URL on AWS, which a template's scope makes reachable.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 */
function queueType(sqs: Sqs, { region, accountId }: Identity): ResourceType {
  function put(name: string, properties: Properties): CreatedResource {
    const attributes = attributesOf(properties, ATTRIBUTES);
    const tags = tagsOf(properties);
    // SQS accepts FifoQueue only as true.
    if (attributes['FifoQueue'] === 'false') delete attributes['FifoQueue'];
    if (sqs.views.of(name) === undefined) sqs.createQueue(name, attributes);
    else if (Object.keys(attributes).length > 0) sqs.setAttributes(name, attributes);
    sqs.setTags(name, tags);
    const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
    const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  }

  return {
    nameProperty: 'QueueName',
    generatedSuffix: ({ FifoQueue: fifo }) => (String(fifo) === 'true' ? '.fifo' : ''),
    replacedBy: ['FifoQueue'],
    holdsData: true,
    ...knownProperties('AWS::SQS::Queue', ['QueueName', 'Tags', ...ATTRIBUTES]),
    exists: async (name) => sqs.views.of(name) !== undefined,
    create: async ({ name, properties }) => put(name, properties),
    async update(url, properties, previous) {
      const left = Object.keys(previous).filter((name) => name in WHEN_LEFT_OUT && !(name in properties));
      const defaults = Object.fromEntries(left.map((name) => [name, WHEN_LEFT_OUT[name]]));
      const { attributes } = put(url.split('/').at(-1)!, { ...defaults, ...properties });
      return { ref: url, attributes };
    },
    remove: async ({ name }) => sqs.deleteQueue(name),
  };
}

/** @throws TypeError */
function tagsOf({ Tags: given = [] }: Properties): Record<string, string> {
  if (!Array.isArray(given) || !given.every(isObject)) throw new TypeError('Tags has to be a list of objects.');
  return Object.fromEntries(given.map((tag) => [textOf(tag, 'Key'), textOf(tag, 'Value')]));
}
