import { unchecked } from '../../signature.ts';
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
    const wanted = {
      topic: topicArn.split(':').at(-1) ?? '',
      queue: endpoint.split(':').at(-1) ?? '',
      region,
      attributes: attributesOf(request.properties),
    };
    await unsubscribe(fauxqs.port, topicArn, endpoint);
    fauxqs.subscribe(wanted);
    return { ref, attributes: { Arn: ref } };
  },
};

/** A subscription of an earlier start may have another filter, which fauxqs, like SNS, would not replace. */
async function unsubscribe(port: number, topicArn: string, endpoint: string): Promise<void> {
  const listed = await snsRequest(port, { Action: 'ListSubscriptionsByTopic', TopicArn: topicArn });
  for (const [member] of listed.matchAll(/<member>.*?<\/member>/gs)) {
    const [, arn = ''] = /<SubscriptionArn>(.*?)<\/SubscriptionArn>/.exec(member) ?? [];
    if (!member.includes(`<Endpoint>${endpoint}</Endpoint>`)) continue;
    await snsRequest(port, { Action: 'Unsubscribe', SubscriptionArn: arn });
  }
}

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_Operations.html, in AWS's query protocol */
async function snsRequest(port: number, parameters: Record<string, string>): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { authorization: unchecked('sns') },
    body: new URLSearchParams({ ...parameters, Version: '2010-03-31' }),
    signal: AbortSignal.timeout(5_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`SNS answered ${response.status} to ${parameters['Action']}: ${text}`);
  return text;
}

function attributesOf(properties: Readonly<Record<string, unknown>>): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope']) {
    const value = properties[name];
    if (value !== undefined) attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return attributes;
}
