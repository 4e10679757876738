import type { CloudLog } from '../../shared/types.ts';
import { attributesOf, knownProperties, type ResourceType, textOf } from '../cloudformation/index.ts';
import type { Sns } from './index.ts';

export function snsResourceTypes(sns: Sns, log: CloudLog): Record<string, ResourceType> {
  return { 'AWS::SNS::Topic': topicType(sns), 'AWS::SNS::Subscription': subscriptionType(sns, log) };
}

const TOPIC_ATTRIBUTES = ['FifoTopic', 'ContentBasedDeduplication', 'FifoThroughputScope'];

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
function topicType(sns: Sns): ResourceType {
  const accepted = ['DisplayName', 'KmsMasterKeyId', 'SignatureVersion', 'Tags', 'TracingConfig'];
  return {
    nameProperty: 'TopicName',
    replacedBy: ['FifoTopic'],
    ...knownProperties('AWS::SNS::Topic', ['TopicName', ...TOPIC_ATTRIBUTES], accepted),
    async create({ name, properties }) {
      const { topicArn } = sns.putTopic(name, attributesOf(properties, TOPIC_ATTRIBUTES));
      return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
    },
    remove: async ({ physicalId }) => sns.deleteTopic(physicalId),
  };
}

const SUBSCRIPTION_ATTRIBUTES = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'];

/**
 * Of the protocols, SQS is delivered; e-mail, which leaves the system, is accepted and goes nowhere.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
 */
function subscriptionType(sns: Sns, log: CloudLog): ResourceType {
  const identifying = ['TopicArn', 'Protocol', 'Endpoint'];
  return {
    replacedBy: identifying,
    ...knownProperties('AWS::SNS::Subscription', [...identifying, ...SUBSCRIPTION_ATTRIBUTES], ['Region']),
    async create({ stackName, name, properties }) {
      const [topicArn = '', protocol, endpoint = ''] = identifying.map((property) => textOf(properties, property));
      if (protocol === 'email' || protocol === 'email-json') {
        log('info', `Messages of ${topicArn} are not e-mailed to ${endpoint} from a laptop.`, { stackName });
        const ref = `${topicArn}:${name}`;
        return { ref, attributes: { Arn: ref } };
      }
      if (protocol !== 'sqs') throw new TypeError(`The protocol "${protocol}" is not supported here; use sqs.`);
      const attributes = attributesOf(properties, SUBSCRIPTION_ATTRIBUTES);
      const { subscriptionArn } = sns.putSubscription(topicArn, endpoint, attributes);
      return { ref: subscriptionArn, attributes: { Arn: subscriptionArn } };
    },
    remove: async ({ properties: { TopicArn: topic, Endpoint: endpoint } }) =>
      sns.unsubscribe(String(topic), String(endpoint)),
  };
}
