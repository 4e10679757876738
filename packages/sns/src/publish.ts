import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { QueryContext } from '@dure/aws-protocols/aws-query';
import { sizeOfAttributes, type Sqs } from '@dure/sqs';
import { isObject } from '@dure/local-http/json';
import { compileFilter, type Filter } from './filter-policy.ts';
import { type Input, optional } from './input.ts';
import { attributesOf } from './message-attributes.ts';
import { type Message, notificationOf, type Sender } from './notification.ts';
import { invalid } from './sns-error.ts';
import type { SnsStore, Subscription, Topic } from './store.ts';
import { deadLetterTargetOf } from './subscriptions.ts';

/** Writes one line of a log. `fields` must be plain JSON. */
export type WriteLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Record<string, unknown>,
) => void;

export interface Publication {
  readonly MessageId: string;
  readonly SequenceNumber?: string;
}

export interface PublishParts extends Sender {
  readonly store: SnsStore;
  readonly send: Sqs['send'];
  /** Hands a notification to a function, once what is being written is on disk. */
  readonly invoke: (subscription: Subscription, message: Message, notification: string) => void;
  readonly log: WriteLog;
  /** Runs a change as a whole. */
  readonly atomically: <T>(work: () => T) => T;
}

export const MAX_BYTES = 262_144;
/** Without line breaks and other control characters. */
const SUBJECT = /^[^\p{Cc}]{1,100}$/u;
const ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;
const DEDUPLICATION_MS = 5 * 60_000;

/** How large a message counts, in bytes. `place` as in `attributesOf`. */
export function sizeOf(input: Input, place?: string): number {
  return Buffer.byteLength(optional(input, 'Message') ?? '') + sizeOfAttributes(attributesOf(input, place));
}

/**
 * How a message goes to a topic's queues and functions: to all that want it, or, where this process ends before, to none.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function createPublish(parts: PublishParts) {
  const { store, send, invoke, log, now, atomically } = parts;
  const filters = new Map<string, Filter>();

  function filterOf({ arn, attributes }: Subscription): Filter {
    const key = `${arn} ${attributes['FilterPolicyScope']} ${attributes['FilterPolicy']}`;
    const filter = filters.get(key) ?? compileFilter(attributes);
    filters.set(key, filter);
    return filter;
  }

  function deliver(message: Message, subscription: Subscription): void {
    const { attributes, endpoint, protocol } = subscription;
    const text = message.textFor(protocol);
    if (!filterOf(subscription)(text, message.attributes)) return;
    if (protocol === 'lambda') return invoke(subscription, message, notificationOf(message, subscription, parts));
    // Nothing leaves a laptop by e-mail; on AWS, too, its subscription waits until somebody confirms it.
    if (protocol !== 'sqs') return;
    const raw = attributes['RawMessageDelivery']?.toLowerCase() === 'true';
    const body = raw ? text : notificationOf(message, subscription, parts);
    try {
      sendTo(endpoint, body, message, raw);
    } catch (error) {
      // Such as a full disk: the publisher has to try again.
      if (!(error instanceof AwsError)) throw error;
      const target = deadLetterTargetOf(attributes['RedrivePolicy']);
      const about = { topic: message.topicArn, messageId: message.id, reason: String(error) };
      if (target === undefined) return log('error', `A message of a topic was not delivered to ${endpoint}`, about);
      try {
        sendTo(target, body, message, raw);
        log('warn', `A message of a topic went to ${target} instead of ${endpoint}`, about);
      } catch (second) {
        if (!(second instanceof AwsError)) throw second;
        log('error', `A message of a topic went neither to ${endpoint} nor to ${target}`, {
          ...about,
          second: String(second),
        });
      }
    }
  }

  function sendTo(queueArn: string, body: string, message: Message, raw: boolean): void {
    const fifoQueue = queueArn.endsWith('.fifo');
    const fifoTopic = message.sequence !== undefined;
    send(queueArn, body, {
      ...(raw && { attributes: message.attributes }),
      ...(message.group !== undefined && fifoQueue === fifoTopic && { messageGroupId: message.group }),
      ...(fifoQueue && { messageDeduplicationId: message.deduplication }),
      ...(message.trace !== undefined && { trace: message.trace }),
    });
  }

  return function publish(topic: Topic, input: Input, { trace }: QueryContext = {}): Publication {
    const message = { ...messageOf(topic, input), ...(trace !== undefined && { trace }) };
    return atomically(() => {
      if (!topic.fifo) {
        for (const subscription of store.subscriptionsOf(topic.arn)) deliver(message, subscription);
        return { MessageId: message.id };
      }
      const byGroup = topic.attributes['FifoThroughputScope'] === 'MessageGroup';
      const [scope, id] = [byGroup ? message.group! : '', message.deduplication!];
      const known = store.published(topic.arn, scope, id, now());
      if (known !== undefined) return { MessageId: known.message, SequenceNumber: known.sequence };
      const sequence = `1${String(store.count(topic.arn)).padStart(19, '0')}`;
      for (const subscription of store.subscriptionsOf(topic.arn)) deliver({ ...message, sequence }, subscription);
      store.remember(topic.arn, scope, id, { message: message.id, sequence }, now() + DEDUPLICATION_MS);
      return { MessageId: message.id, SequenceNumber: sequence };
    });
  };
}

function messageOf(topic: Topic, input: Input): Message {
  const given = optional(input, 'Message') ?? '';
  if (given === '') throw invalid('Empty message');
  if (sizeOf(input) > MAX_BYTES) throw invalid('Message too long');
  const subject = optional(input, 'Subject');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
  const textFor = optional(input, 'MessageStructure') === 'json' ? textsByProtocol(given) : () => given;
  const group = optional(input, 'MessageGroupId');
  if (group !== undefined && !ID.test(group)) throw invalid('MessageGroupId');
  if (group === undefined && topic.fifo) throw invalid('The MessageGroupId parameter is required for FIFO topics');
  const deduplication = deduplicationOf(topic, input, given);
  return {
    id: randomUUID(),
    topicArn: topic.arn,
    signatureVersion: topic.attributes['SignatureVersion'] ?? '1',
    textFor,
    attributes: attributesOf(input),
    ...(subject !== undefined && { subject }),
    ...(group !== undefined && { group }),
    ...(deduplication !== undefined && { deduplication }),
  };
}

function deduplicationOf(topic: Topic, input: Input, message: string): string | undefined {
  const given = optional(input, 'MessageDeduplicationId');
  if (given !== undefined && !topic.fifo) {
    throw invalid(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  if (given !== undefined && !ID.test(given)) throw invalid('MessageDeduplicationId');
  if (given !== undefined || !topic.fifo) return given;
  if (topic.attributes['ContentBasedDeduplication'] === 'true') {
    return createHash('sha256').update(message).digest('hex');
  }
  throw invalid(
    'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

function textsByProtocol(message: string): Message['textFor'] {
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const fallback = isObject(texts) ? texts['default'] : undefined;
  if (!isObject(texts) || typeof fallback !== 'string') {
    throw invalid('Message Structure - No default entry in JSON message body');
  }
  return (protocol) => {
    const text = texts[protocol];
    return typeof text === 'string' ? text : fallback;
  };
}
