import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type ResourceType, text } from '../resource-type.ts';

const ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'VisibilityTimeout',
];
const FIXED_AT_CREATION = 'FifoQueue';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export const queue: ResourceType = {
  supported: ['QueueName', ...ATTRIBUTES],
  accepted: ['KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId', 'RedriveAllowPolicy', 'SqsManagedSseEnabled', 'Tags'],
  async create(request, { sqs, accountId, region, fauxqs }) {
    const name = text(request, 'QueueName') ?? request.defaultName;
    const attributes: Record<string, string> = {};
    for (const attribute of ATTRIBUTES) {
      const value = request.properties[attribute];
      if (value !== undefined)
        attributes[attribute] = typeof value === 'object' ? JSON.stringify(value) : String(value);
    }
    if (!(await exists(sqs, name))) await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    const url = `http://127.0.0.1:${fauxqs.port}/${accountId}/${name}`;
    delete attributes[FIXED_AT_CREATION];
    if (Object.keys(attributes).length > 0) {
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
    }
    return {
      ref: url,
      attributes: { Arn: `arn:aws:sqs:${region}:${accountId}:${name}`, QueueName: name, QueueUrl: url },
    };
  },
};

async function exists(sqs: SQSClient, name: string): Promise<boolean> {
  try {
    await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return true;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return false;
    throw error;
  }
}
