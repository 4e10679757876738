import { isDeepStrictEqual } from 'node:util';
import type { QueryAction } from '@dure/aws-protocols/aws-query';
import { isObject } from '@dure/local-http/json';
import { checkDeliveryPolicy, deliveryPolicies } from './delivery-policy.ts';
import { type Input, listOf, optional, paged, required, requiredArn, textsOf } from './input.ts';
import { defaultPolicy, isPolicy, withoutPermission, withPermission } from './permissions.ts';
import { invalid, notFound } from './sns-error.ts';
import type { SnsStore, Texts, Topic } from './store.ts';
import { isPending } from './subscriptions.ts';

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  ContentBasedDeduplication: ['true', 'false'],
  FifoThroughputScope: ['Topic', 'MessageGroup'],
  FifoTopic: ['true', 'false'],
  SignatureVersion: ['1', '2'],
  TracingConfig: ['PassThrough', 'Active'],
};
const TEXTS = ['DisplayName', 'KmsMasterKeyId', 'Policy', 'DeliveryPolicy'];
/** `LambdaSuccessFeedbackRoleArn` and so on. */
const FEEDBACK =
  /^(Application|Firehose|HTTP|Lambda|SQS)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn)$/;
const OF_FIFO = ['ContentBasedDeduplication', 'FifoThroughputScope'];

/**
 * Topics, their attributes and tags. Policies, keys and tracing are kept and shown; they change nothing here. What would
 * log deliveries is refused.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
 */
export function createTopicActions(store: SnsStore, arnOf: (name: string) => string, owner: string) {
  function topicOf(input: Input, parameter = 'TopicArn'): Topic {
    const arn = requiredArn(input, parameter);
    checkRegion(arn);
    const topic = store.topic(arn);
    if (topic === undefined) throw notFound(parameter === 'TopicArn' ? 'Topic' : 'Resource');
    return topic;
  }

  /** A topic of another region is none that a request of this one may name. */
  function checkRegion(arn: string): void {
    if (arn.split(':')[3] !== arnOf('').split(':')[3]) throw invalid('TopicArn');
  }

  const policyOf = ({ arn, attributes: { Policy: given } }: Pick<Topic, 'arn' | 'attributes'>): string =>
    given === undefined || given === '' ? defaultPolicy(arn, owner) : given;

  /** Makes a topic, or answers the one that is the same. */
  function create(name: string, attributes: Texts, tags: Texts = {}): string {
    const fifo = attributes['FifoTopic'] === 'true';
    if (!(fifo ? /^[\w-]{1,251}\.fifo$/ : /^[\w-]{1,256}$/).test(name)) throw invalid('Topic Name');
    checkAll(attributes, fifo);
    const arn = arnOf(name);
    const existing = store.topic(arn);
    const differs = (given: Texts, kept: Texts): boolean =>
      Object.entries(given).some(([key, value]) => !isDeepStrictEqual(kept[key] ?? defaultOf(key), value));
    if (existing !== undefined && differs(attributes, existing.attributes)) {
      throw invalid('Attributes Reason: Topic already exists with different attributes');
    }
    if (existing !== undefined && Object.entries(tags).some(([key, value]) => existing.tags[key] !== value)) {
      throw invalid('Tags Reason: Topic already exists with different tags');
    }
    if (existing === undefined) store.saveTopic({ arn, attributes, tags });
    return arn;
  }

  const actions: Record<string, QueryAction> = {
    CreateTopic: (input) => ({
      TopicArn: create(optional(input, 'Name') ?? required(input, 'Name'), textsOf(input['Attributes']), tagsOf(input)),
    }),
    DeleteTopic(input) {
      const arn = requiredArn(input, 'TopicArn');
      checkRegion(arn);
      store.removeTopic(arn);
    },
    ListTopics(input) {
      const { page, NextToken } = paged(store.topics(), input);
      return { Topics: page.map(({ arn: TopicArn }) => ({ TopicArn })), NextToken };
    },
    GetTopicAttributes(input) {
      const { arn, attributes } = topicOf(input);
      const { FifoTopic, Policy: _, DeliveryPolicy, ...others } = attributes;
      const subscribed = store.subscriptionsOf(arn);
      const pending = subscribed.filter(({ protocol }) => isPending(protocol)).length;
      const shown: Texts = {
        TopicArn: arn,
        Owner: owner,
        Policy: policyOf({ arn, attributes }),
        DisplayName: '',
        SubscriptionsConfirmed: String(subscribed.length - pending),
        SubscriptionsPending: String(pending),
        SubscriptionsDeleted: '0',
        ...(FifoTopic === 'true' && { FifoTopic, ContentBasedDeduplication: 'false' }),
        ...others,
        ...deliveryPolicies(DeliveryPolicy),
      };
      return { Attributes: new Map(Object.entries(shown)) };
    },
    SetTopicAttributes(input) {
      const topic = topicOf(input);
      const name = required(input, 'AttributeName');
      const value = optional(input, 'AttributeValue') ?? '';
      if (name === 'FifoTopic') throw invalid('AttributeName');
      check(name, value, topic.fifo, '');
      store.saveTopic({ ...topic, attributes: { ...topic.attributes, [name]: value } });
    },
    AddPermission(input) {
      const topic = topicOf(input);
      const Policy = withPermission(policyOf(topic), topic.arn, input);
      store.saveTopic({ ...topic, attributes: { ...topic.attributes, Policy } });
    },
    RemovePermission(input) {
      const topic = topicOf(input);
      const Policy = withoutPermission(policyOf(topic), input);
      store.saveTopic({ ...topic, attributes: { ...topic.attributes, Policy } });
    },
    ListTagsForResource: (input) => ({
      Tags: Object.entries(topicOf(input, 'ResourceArn').tags).map(([Key, Value]) => ({ Key, Value })),
    }),
    TagResource(input) {
      const topic = topicOf(input, 'ResourceArn');
      store.saveTopic({ ...topic, tags: { ...topic.tags, ...tagsOf(input) } });
    },
    UntagResource(input) {
      const topic = topicOf(input, 'ResourceArn');
      const keys = listOf(input['TagKeys']);
      const left = Object.entries(topic.tags).filter(([key]) => !keys.includes(key));
      store.saveTopic({ ...topic, tags: Object.fromEntries(left) });
    },
  };
  return { actions, create, check: checkAll, topicOf };
}

function checkAll(attributes: Texts, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) check(name, value, fifo, 'Attributes Reason: ');
}

const defaultOf = (name: string): string => ({ DisplayName: '', FifoThroughputScope: 'Topic' })[name] ?? 'false';

function check(name: string, value: string, fifo: boolean, prefix: string): void {
  if (FEEDBACK.test(name)) {
    throw invalid(`${prefix}AttributeName: ${name} is not supported here, where no delivery is logged to CloudWatch.`);
  }
  const choices = CHOICES[name];
  if (choices === undefined && !TEXTS.includes(name)) throw invalid(`${prefix}AttributeName: ${name}`);
  if (choices !== undefined && !choices.includes(value)) throw invalid(`${prefix}${name}: Invalid value [${value}].`);
  if (name === 'Policy' && value !== '' && !isPolicy(value)) throw invalid(`${prefix}Policy: it is not a JSON object.`);
  if (name === 'DeliveryPolicy' && value !== '') checkDeliveryPolicy(value, prefix);
  if (!fifo && OF_FIFO.includes(name)) throw invalid(`${prefix}${name}: it belongs to a FIFO topic.`);
}

function tagsOf(input: Input): Texts {
  const tags = listOf(input['Tags']).filter(isObject);
  const keys = new Set(tags.map(({ Key }) => String(Key)));
  if (keys.size < tags.length) throw invalid('Duplicated keys are not allowed.');
  return Object.fromEntries(tags.map(({ Key, Value = '' }) => [String(Key), String(Value)]));
}
