import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { QueryAction } from '@dure/aws-protocols/aws-query';
import { isObject, parseJson } from '@dure/local-http/json';
import { compileFilter, unparsed } from './filter-policy.ts';
import { type Input, optional, paged, required, requiredArn, textsOf } from './input.ts';
import { invalid, notFound } from './sns-error.ts';
import type { Protocol, SnsStore, Subscription, Texts, Topic } from './store.ts';

const QUEUE_ARN = /^arn:[^:]+:sqs:[^:]*:\d{12}:[\w-]{1,80}(\.fifo)?$/;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;
const ATTRIBUTES = ['FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery', 'RedrivePolicy'];
const ELSEWHERE = ['application', 'firehose', 'http', 'https', 'sms'];
/** The form of each protocol's endpoint, and what it is called. */
const ENDPOINTS: Readonly<Record<Protocol, readonly [RegExp, string]>> = {
  email: [ADDRESS, 'Email address'],
  'email-json': [ADDRESS, 'Email address'],
  lambda: [/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[\w-]{1,140}(:[\w$-]{1,128})?$/, 'Lambda endpoint ARN'],
  sqs: [QUEUE_ARN, 'SQS endpoint ARN'],
};

/**
 * Subscriptions of queues and functions, and of e-mail addresses, which wait to be confirmed for ever. Those of other
 * kinds are refused by name: nothing would be delivered.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
 */
export function createSubscriptionActions(store: SnsStore, topicOf: (input: Input) => Topic, owner: string) {
  function find(input: Input): Subscription {
    const arn = requiredArn(input, 'SubscriptionArn');
    const subscription = store.subscription(arn);
    if (subscription === undefined) throw notFound('Subscription');
    return subscription;
  }

  /** Answers the subscription's ARN, of a new one or of the one that is the same. */
  function subscribe(topic: Topic, protocol: string, endpoint: string, attributes: Texts): string {
    if (ELSEWHERE.includes(protocol)) {
      throw new AwsError(
        'InvalidParameter',
        `Messages are not delivered by ${protocol} here: subscribe a queue (sqs) or a function (lambda).`,
      );
    }
    if (!isProtocol(protocol)) throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`);
    const [form, called] = ENDPOINTS[protocol];
    if (!form.test(endpoint)) throw invalid(called);
    if (topic.fifo && protocol !== 'sqs') throw invalid(`Invalid protocol type: ${protocol}`);
    if (endpoint.endsWith('.fifo') && !topic.fifo) {
      throw invalid('Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics');
    }
    const [region, its] = [endpoint, topic.arn].map((arn) => arn.split(':')[3]);
    if (endpoint.startsWith('arn:') && region !== its) {
      throw invalid(`Endpoint Reason: the local cloud does not deliver from ${its} to ${region}.`);
    }
    const given = { topic, protocol, endpoint };
    for (const [name, value] of Object.entries(attributes)) check(name, value, given, 'Attributes Reason: ');
    compiled(attributes, 'Attributes Reason: ');
    const existing = store
      .subscriptionsOf(topic.arn)
      .find((other) => other.endpoint === endpoint && other.protocol === protocol);
    if (existing === undefined) {
      const arn = `${topic.arn}:${randomUUID()}`;
      store.saveSubscription({ arn, topic: topic.arn, protocol, endpoint, attributes });
      return arn;
    }
    if (!isDeepStrictEqual(effective(existing.attributes), effective({ ...existing.attributes, ...attributes }))) {
      throw invalid('Attributes Reason: Subscription already exists with different attributes');
    }
    return existing.arn;
  }

  const listed = ({ arn, topic, protocol, endpoint }: Subscription): object => ({
    SubscriptionArn: isPending(protocol) ? 'PendingConfirmation' : arn,
    ...{ Owner: owner, Protocol: protocol, Endpoint: endpoint, TopicArn: topic },
  });

  const actions: Record<string, QueryAction> = {
    Subscribe(input) {
      const topic = topicOf(input);
      const endpoint = optional(input, 'Endpoint') ?? '';
      const protocol = required(input, 'Protocol');
      const arn = subscribe(topic, protocol, endpoint, textsOf(input['Attributes']));
      const shown = !isPending(protocol) || optional(input, 'ReturnSubscriptionArn') === 'true';
      return { SubscriptionArn: shown ? arn : 'pending confirmation' };
    },
    ConfirmSubscription(input) {
      // Nobody here was sent a token.
      throw /^[\da-f]{256,}$/.test(required(input, 'Token'))
        ? invalid('Token')
        : new AwsError('InvalidParameter', 'Invalid token');
    },
    Unsubscribe(input) {
      const arn = requiredArn(input, 'SubscriptionArn');
      if (arn.split(':').length !== 7) throw invalid('SubscriptionId');
      store.removeSubscription(arn);
    },
    ListSubscriptions(input) {
      const { page, NextToken } = paged(store.subscriptions(), input);
      return { Subscriptions: page.map(listed), NextToken };
    },
    ListSubscriptionsByTopic(input) {
      const { page, NextToken } = paged(store.subscriptionsOf(topicOf(input).arn), input);
      return { Subscriptions: page.map(listed), NextToken };
    },
    GetSubscriptionAttributes(input) {
      const { arn, topic, protocol, endpoint, attributes } = find(input);
      const shown: Texts = {
        ...{ SubscriptionArn: arn, TopicArn: topic, Owner: owner, Protocol: protocol, Endpoint: endpoint },
        ConfirmationWasAuthenticated: String(!isPending(protocol)),
        PendingConfirmation: String(isPending(protocol)),
        SubscriptionPrincipal: `arn:aws:iam::${owner}:root`,
        ...shownOf(attributes),
      };
      return { Attributes: new Map(Object.entries(shown)) };
    },
    SetSubscriptionAttributes(input) {
      const subscription = find(input);
      const name = required(input, 'AttributeName');
      const value = optional(input, 'AttributeValue') ?? '';
      check(name, value, { ...subscription, topic: store.topic(subscription.topic)! }, '');
      const attributes = { ...subscription.attributes, [name]: value };
      compiled(attributes, '');
      store.saveSubscription({ ...subscription, attributes });
    },
  };
  return { actions, subscribe };
}

const isProtocol = (protocol: string): protocol is Protocol => Object.hasOwn(ENDPOINTS, protocol);

/** Nobody confirms what needs an e-mail. */
export const isPending = (protocol: string): boolean => protocol.startsWith('email');

/** What counts of what was set: an empty policy is none, and `True` is `true`. */
function effective(attributes: Texts): Texts {
  const { RawMessageDelivery: raw = 'false', ...others } = attributes;
  const set = Object.entries(others).filter(([, value]) => value !== '' && value !== '{}');
  return {
    RawMessageDelivery: raw.toLowerCase(),
    FilterPolicyScope: 'MessageAttributes',
    ...Object.fromEntries(set),
  };
}

/** The scope is shown beside a policy only. */
function shownOf(attributes: Texts): Texts {
  const { FilterPolicyScope, ...others } = effective(attributes);
  return 'FilterPolicy' in others ? { ...others, FilterPolicyScope: FilterPolicyScope! } : others;
}

function compiled(attributes: Texts, prefix: string): void {
  try {
    compileFilter(attributes);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const reason = error.message.replace('Invalid parameter: ', '');
    throw invalid(reason.startsWith('FilterPolicy: ') ? prefix + reason : reason);
  }
}

interface Given {
  readonly topic: Topic;
  readonly protocol: Protocol;
  readonly endpoint: string;
}

function check(name: string, value: string, { topic, protocol, endpoint }: Given, prefix: string): void {
  if (!ATTRIBUTES.includes(name)) throw invalid(`${prefix}AttributeName`);
  if (name === 'RawMessageDelivery' && !/^(true|false)$/i.test(value)) {
    throw invalid(`${prefix}RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
  }
  if (name === 'RawMessageDelivery' && /^true$/i.test(value) && protocol !== 'sqs') {
    throw invalid(
      `${prefix}RawMessageDelivery: Delivery protocol [${protocol}] does not support raw message delivery.`,
    );
  }
  if (name === 'FilterPolicyScope' && value !== 'MessageAttributes' && value !== 'MessageBody') {
    throw invalid(
      `${prefix}FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
    );
  }
  if (name !== 'RedrivePolicy' || value === '') return;
  if (parseJson(value) === undefined) throw invalid(`${prefix}RedrivePolicy: ${unparsed(value)}`);
  const target = deadLetterTargetOf(value);
  if (target === undefined || !QUEUE_ARN.test(target)) {
    throw invalid(`${prefix}RedrivePolicy: deadLetterTargetArn is an invalid arn`);
  }
  if (topic.fifo && endpoint.endsWith('.fifo') && !target.endsWith('.fifo')) {
    throw invalid('RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.');
  }
}

/** The queue that gets what cannot be delivered. */
export function deadLetterTargetOf(redrivePolicy: string | undefined): string | undefined {
  const policy = parseJson(redrivePolicy ?? 'null');
  const target = isObject(policy) ? policy['deadLetterTargetArn'] : undefined;
  return typeof target === 'string' ? target : undefined;
}
