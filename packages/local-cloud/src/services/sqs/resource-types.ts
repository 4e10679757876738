import { type ResourceType, text } from '../cloudformation/resource-type.ts';

const ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
];

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export const queue: ResourceType = {
  supported: ['QueueName', ...ATTRIBUTES],
  accepted: ['Tags'],
  async create(request, { sqs, accountId, region, queueUrl }) {
    const name = text(request, 'QueueName') ?? request.defaultName;
    const attributes: Record<string, string> = {};
    for (const attribute of ATTRIBUTES) {
      const value = request.properties[attribute];
      if (value !== undefined)
        attributes[attribute] = typeof value === 'object' ? JSON.stringify(value) : String(value);
    }
    // SQS knows no queue of which it is said that it is none of the other kind.
    if (attributes['FifoQueue'] === 'false') delete attributes['FifoQueue'];
    if (sqs.views.of(name) === undefined) sqs.createQueue(name, attributes);
    else if (Object.keys(attributes).length > 0) sqs.setAttributes(name, attributes);
    const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
    const url = queueUrl(arn);
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
};
