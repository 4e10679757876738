import { type ResourceRequest, type ResourceType, text } from '../cloudformation/resource-type.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
export const topic: ResourceType = {
  supported: ['TopicName', 'FifoTopic', 'ContentBasedDeduplication', 'FifoThroughputScope'],
  accepted: ['DisplayName', 'KmsMasterKeyId', 'SignatureVersion', 'Tags', 'TracingConfig'],
  async create(request, { sns }) {
    const name = text(request, 'TopicName') ?? request.defaultName;
    const attributes = attributesOf(request, ['FifoTopic', 'ContentBasedDeduplication', 'FifoThroughputScope']);
    const { topicArn } = sns.putTopic(name, attributes);
    return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
  },
};

/** Of the protocols, SQS is delivered; e-mail, which leaves the system, is accepted and goes nowhere. */
export const subscription: ResourceType = {
  supported: [
    ...['TopicArn', 'Protocol', 'Endpoint', 'RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope'],
    'RedrivePolicy',
  ],
  accepted: ['Region'],
  async create(request, { sns, log }) {
    const [topicArn = '', protocol, endpoint = ''] = ['TopicArn', 'Protocol', 'Endpoint'].map((name) =>
      text(request, name),
    );
    if (protocol === 'email' || protocol === 'email-json') {
      log('info', `Messages of ${topicArn} are not e-mailed to ${endpoint} from a laptop.`, {
        service: request.service,
      });
      const ref = `${topicArn}:${request.defaultName}`;
      return { ref, attributes: { Arn: ref } };
    }
    if (protocol !== 'sqs') throw new TypeError(`Protocol "${protocol}" is not supported locally; use sqs.`);
    const names = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'];
    const { subscriptionArn } = sns.putSubscription(topicArn, endpoint, attributesOf(request, names));
    return { ref: subscriptionArn, attributes: { Arn: subscriptionArn } };
  },
};

function attributesOf({ properties }: ResourceRequest, names: readonly string[]): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of names) {
    const value = properties[name];
    if (value !== undefined) attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return attributes;
}
