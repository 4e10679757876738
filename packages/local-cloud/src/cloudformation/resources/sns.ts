import { type ResourceType, text } from '../resource-type.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
export const topic: ResourceType = {
  supported: ['TopicName', 'FifoTopic', 'ContentBasedDeduplication'],
  accepted: ['DisplayName', 'KmsMasterKeyId', 'SignatureVersion', 'Tags', 'TracingConfig'],
  async create(request, { fauxqs, region }) {
    const name = text(request, 'TopicName') ?? request.defaultName;
    const attributes = Object.fromEntries(
      ['FifoTopic', 'ContentBasedDeduplication']
        .map((attribute) => [attribute, text(request, attribute)] as const)
        .filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const { topicArn } = fauxqs.createTopic(name, { region, attributes });
    return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
  },
};

/** Of the protocols, SQS is delivered; e-mail, which leaves the system, is accepted and goes nowhere. */
export const subscription: ResourceType = {
  supported: ['TopicArn', 'Protocol', 'Endpoint', 'RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope'],
  accepted: ['RedrivePolicy', 'Region'],
  async create(request, { fauxqs, region, log }) {
    const [topicArn = '', protocol, endpoint = ''] = ['TopicArn', 'Protocol', 'Endpoint'].map((name) =>
      text(request, name),
    );
    const ref = `${topicArn}:${request.defaultName}`;
    if (protocol === 'email' || protocol === 'email-json') {
      log('info', `Messages of ${topicArn} are not e-mailed to ${endpoint} from a laptop.`, {
        service: request.service,
      });
      return { ref, attributes: { Arn: ref } };
    }
    if (protocol !== 'sqs') throw new TypeError(`Protocol "${protocol}" is not supported locally; use sqs.`);
    fauxqs.subscribe({
      topic: topicArn.split(':').at(-1) ?? '',
      queue: endpoint.split(':').at(-1) ?? '',
      region,
      attributes: attributesOf(request.properties),
    });
    return { ref, attributes: { Arn: ref } };
  },
};

function attributesOf(properties: Readonly<Record<string, unknown>>): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope']) {
    const value = properties[name];
    if (value !== undefined) attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return attributes;
}
