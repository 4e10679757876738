import { isObject } from '@dure/local-http/json';
import {
  attributesOf,
  type CreatedResource,
  knownProperties,
  type Properties,
  type ResourceType,
  textOf,
} from '../cloudformation/index.ts';
import type { Sns } from './index.ts';

export function snsResourceTypes(sns: Sns): Record<string, ResourceType> {
  return { 'AWS::SNS::Topic': topicType(sns), 'AWS::SNS::Subscription': subscriptionType(sns) };
}

const TOPIC_ATTRIBUTES = [
  ...['ContentBasedDeduplication', 'DisplayName', 'FifoThroughputScope', 'FifoTopic'],
  ...['KmsMasterKeyId', 'SignatureVersion', 'TracingConfig'],
];

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
function topicType(sns: Sns): ResourceType {
  const supported = ['TopicName', 'Subscription', 'Tags', ...TOPIC_ATTRIBUTES];
  function put(name: string, properties: Properties, previous: Properties = {}): CreatedResource {
    const { topicArn } = sns.putTopic(name, attributesOf(properties, TOPIC_ATTRIBUTES), tagsOf(properties));
    const wanted = subscribersOf(properties);
    for (const { protocol, endpoint } of subscribersOf(previous)) {
      const stays = wanted.some((other) => other.protocol === protocol && other.endpoint === endpoint);
      if (!stays) sns.unsubscribe(topicArn, protocol, endpoint);
    }
    for (const { protocol, endpoint } of wanted) sns.putSubscription(topicArn, protocol, endpoint, {});
    return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
  }
  return {
    nameProperty: 'TopicName',
    generatedSuffix: ({ FifoTopic: fifo }) => (String(fifo) === 'true' ? '.fifo' : ''),
    replacedBy: ['FifoTopic'],
    ...knownProperties('AWS::SNS::Topic', supported),
    create: ({ name, properties }) => put(name, properties),
    update: (topicArn, properties, previous) => put(topicArn.split(':').at(-1)!, properties, previous),
    remove: ({ physicalId }) => sns.deleteTopic(physicalId),
  };
}

interface Subscriber {
  readonly protocol: string;
  readonly endpoint: string;
}

/** @throws TypeError */
function subscribersOf({ Subscription: given = [] }: Properties): readonly Subscriber[] {
  if (!Array.isArray(given) || !given.every(isObject)) throw new TypeError('Subscription has to be a list of objects.');
  return given.map((each) => ({ protocol: textOf(each, 'Protocol'), endpoint: textOf(each, 'Endpoint') }));
}

/** @throws TypeError */
function tagsOf({ Tags: given = [] }: Properties): Record<string, string> {
  if (!Array.isArray(given) || !given.every(isObject)) throw new TypeError('Tags has to be a list of objects.');
  return Object.fromEntries(given.map((tag) => [textOf(tag, 'Key'), textOf(tag, 'Value')]));
}

const SUBSCRIPTION_ATTRIBUTES = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'];

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html */
function subscriptionType(sns: Sns): ResourceType {
  const identifying = ['TopicArn', 'Protocol', 'Endpoint'] as const;
  const identityOf = (properties: Properties) =>
    identifying.map((property) => textOf(properties, property)) as [
      topicArn: string,
      protocol: string,
      endpoint: string,
    ];
  return {
    replacedBy: identifying,
    ...knownProperties('AWS::SNS::Subscription', [...identifying, ...SUBSCRIPTION_ATTRIBUTES], ['Region']),
    create({ properties }) {
      const attributes = attributesOf(properties, SUBSCRIPTION_ATTRIBUTES);
      const { subscriptionArn } = sns.putSubscription(...identityOf(properties), attributes);
      return { ref: subscriptionArn, attributes: { Arn: subscriptionArn } };
    },
    remove: ({ properties }) => sns.unsubscribe(...identityOf(properties)),
  };
}
