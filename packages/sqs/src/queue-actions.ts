import { isDeepStrictEqual } from 'node:util';
import type { LongPolling } from './long-polling.ts';
import { type Input, optionalInteger, optionalText, requiredText, textMap, texts } from './input.ts';
import type { MessageStore } from './message-store.ts';
import { withPermission, withoutPermission } from './permissions.ts';
import {
  checkAttributes,
  checkQueueName,
  DEFAULTS,
  invalidAttribute,
  parseRedriveAllowPolicy,
  type QueueAttributes,
  unknownAttribute,
  withDefaults,
} from './queue-attributes.ts';
import type { Queue, QueueStore } from './queue-store.ts';
import { expiredBy } from './receive-message.ts';
import { invalidValue, missing, sqsError } from './sqs-error.ts';

export interface QueueActionParts {
  readonly queues: QueueStore;
  readonly messages: MessageStore;
  readonly longPolling: LongPolling;
  readonly now: () => number;
}

const COUNTED = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
];
const STAMPS = ['CreatedTimestamp', 'LastModifiedTimestamp', 'QueueArn'];
const OPTIONAL = ['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'Policy', 'RedrivePolicy', 'RedriveAllowPolicy'];
const OF_FIFO = ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];
const READABLE = [
  'All',
  ...COUNTED,
  ...STAMPS,
  ...OPTIONAL,
  ...OF_FIFO,
  ...Object.keys(DEFAULTS),
  'SqsManagedSseEnabled',
];
const EMPTY_MEANS_NONE = [
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'Policy',
  'RedriveAllowPolicy',
  'RedrivePolicy',
];
const MAX_TAGS = 50;
const MAX_RESULTS = 1000;
const PURGE_MS = 60_000;

/** What is done to queues rather than to messages. */
export function createQueueActions({ queues, messages, longPolling, now }: QueueActionParts) {
  const toStore = (attributes: QueueAttributes): QueueAttributes =>
    Object.fromEntries(
      Object.entries(attributes).filter(([name, value]) => value !== '' || !EMPTY_MEANS_NONE.includes(name)),
    );

  /** A dead-letter queue has to be there, of the same kind, and to agree. */
  function checkRedrive(queue: Pick<Queue, 'fifo' | 'arn'>, attributes: QueueAttributes): void {
    const policy = attributes['RedrivePolicy'];
    if (policy === undefined || policy === '') return;
    const target = queues.findByArn((JSON.parse(policy) as { deadLetterTargetArn: string }).deadLetterTargetArn);
    const refuse = (reason: string): never => {
      throw invalidValue('RedrivePolicy', policy, reason);
    };
    if (target === undefined) return refuse('Dead letter target does not exist.');
    if (target.fifo !== queue.fifo) {
      return refuse(`Dead-letter queue must be same type of queue as the source.`);
    }
    const allow = target.attributes['RedriveAllowPolicy'];
    if (allow === undefined) return;
    const { redrivePermission, sourceQueueArns = [] } = parseRedriveAllowPolicy(allow);
    const allowed = redrivePermission === 'allowAll' || sourceQueueArns.includes(queue.arn);
    if (redrivePermission === 'denyAll' || !allowed)
      refuse('Queue does not have permission to use this dead-letter queue.');
  }

  return {
    /** Answers the queue, a new one or one that is the same as this. @throws AwsError `QueueNameExists` and others */
    create(input: Input, arnOf: (name: string) => string): Queue {
      const name = requiredText(input, 'QueueName');
      const attributes = normalized(textMap(input, 'Attributes'));
      const fifo = attributes['FifoQueue'] === 'true';
      if ('FifoQueue' in attributes && !fifo) throw unknownAttribute('FifoQueue');
      checkQueueName(name, fifo);
      checkAttributes(attributes, fifo);
      const existing = queues.find(name);
      if (existing !== undefined) return same(existing, attributes);
      checkRedrive({ fifo, arn: arnOf(name) }, attributes);
      const at = now();
      const tags = checkTags(textMap(input, 'tags'));
      return queues.save({ name, attributes: toStore(attributes), tags, created: at, modified: at, purged: 0 });
    },

    delete(queue: Queue): void {
      queues.delete(queue.name);
      longPolling.notify(queue.name);
    },

    list(input: Input): { names: string[]; NextToken?: string } {
      const prefix = optionalText(input, 'QueueNamePrefix') ?? '';
      return paged(
        queues.all().flatMap(({ name }) => (name.startsWith(prefix) ? [name] : [])),
        input,
      );
    },

    /** The queues whose dead letters come into this one. */
    listSources(queue: Queue, input: Input): { names: string[]; NextToken?: string } {
      const sources = queues.all().filter(({ redrive }) => redrive?.deadLetterTargetArn === queue.arn);
      return paged(
        sources.map(({ name }) => name),
        input,
      );
    },

    /** @throws AwsError `InvalidAttributeName` */
    attributes(queue: Queue, input: Input): QueueAttributes {
      const names = texts(input, 'AttributeNames');
      const unknown = names.find((name) => !READABLE.includes(name));
      if (unknown !== undefined) throw unknownAttribute(unknown);
      const at = now();
      const counts = messages.count(queue.name, at, expiredBy(queue, at));
      const all: QueueAttributes = {
        ...withDefaults(queue.attributes),
        ApproximateNumberOfMessages: String(counts.visible),
        ApproximateNumberOfMessagesDelayed: String(counts.delayed),
        ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
        CreatedTimestamp: String(Math.floor(queue.created / 1000)),
        LastModifiedTimestamp: String(Math.floor(queue.modified / 1000)),
        QueueArn: queue.arn,
      };
      if (names.includes('All')) return all;
      return Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
    },

    setAttributes(queue: Queue, input: Input): void {
      const given = normalized(textMap(input, 'Attributes'));
      if (Object.keys(given).length === 0) throw missing('Attributes');
      const { FifoQueue: fifo, ...attributes } = given;
      if (fifo !== undefined && !queue.fifo) throw unknownAttribute('FifoQueue');
      if (fifo !== undefined && fifo !== 'true') {
        throw invalidAttribute('FifoQueue', 'Modifying queue type is not supported.');
      }
      const { DeduplicationScope = '' } = queue.attributes;
      checkAttributes(
        {
          ...('FifoThroughputLimit' in attributes && DeduplicationScope !== '' && { DeduplicationScope }),
          ...attributes,
        },
        queue.fifo,
      );
      checkRedrive(queue, attributes);
      const merged = { ...queue.attributes, ...encryptionOf(attributes), ...attributes, ...withoutKey(attributes) };
      queues.save({ ...queue, attributes: toStore(merged), modified: now() });
      longPolling.notify(queue.name);
    },

    tag(queue: Queue, input: Input): void {
      const tags = textMap(input, 'Tags');
      if (Object.keys(tags).length === 0) throw missing('Tags');
      queues.save({ ...queue, tags: checkTags({ ...queue.tags, ...tags }) });
    },

    /** In the place of those that it had. */
    setTags(queue: Queue, tags: Queue['tags']): void {
      if (!isDeepStrictEqual(tags, queue.tags)) queues.save({ ...queue, tags: checkTags(tags) });
    },

    untag(queue: Queue, input: Input): void {
      const keys = texts(input, 'TagKeys');
      const left = Object.entries(queue.tags).filter(([key]) => !keys.includes(key));
      queues.save({ ...queue, tags: Object.fromEntries(left) });
    },

    /** @throws AwsError `PurgeQueueInProgress` within a minute of the last one */
    purge(queue: Queue): void {
      const at = now();
      if (queue.purged > at - PURGE_MS) {
        const reason = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
        throw sqsError('PurgeQueueInProgress', reason);
      }
      messages.purge(queue.name);
      queues.save({ ...queue, purged: at });
    },

    addPermission(queue: Queue, input: Input): void {
      const Policy = withPermission(queue.attributes['Policy'], queue.arn, input);
      queues.save({ ...queue, attributes: { ...queue.attributes, Policy }, modified: now() });
    },

    removePermission(queue: Queue, input: Input): void {
      const Policy = withoutPermission(queue.attributes['Policy'], input) ?? '';
      queues.save({ ...queue, attributes: toStore({ ...queue.attributes, Policy }), modified: now() });
    },
  };
}

/** Truth may be written with a capital letter. */
function normalized(attributes: QueueAttributes): QueueAttributes {
  const lower = (value: string): string => (/^(true|false)$/i.test(value) ? value.toLowerCase() : value);
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, lower(value)]));
}

/** @throws AwsError `QueueNameExists` if the queue that is there has another value */
function same(existing: Queue, attributes: QueueAttributes): Queue {
  const current = withDefaults(existing.attributes);
  const differing = Object.keys(attributes).find((name) => !equal(current[name] ?? '', attributes[name] ?? ''));
  if (differing === undefined) return existing;
  const reason = `A queue already exists with the same name and a different value for attribute ${differing}`;
  throw sqsError('QueueNameExists', reason);
}

/** Two policies are the same in any order of their keys. */
function equal(left: string, right: string): boolean {
  if (left === right) return true;
  if (!left.startsWith('{') || !right.startsWith('{')) return false;
  return isDeepStrictEqual(JSON.parse(left), JSON.parse(right));
}

/** A key of KMS takes the place of SQS's own; without one there is none, unless that is asked for. */
const encryptionOf = ({ KmsMasterKeyId: key }: QueueAttributes): QueueAttributes =>
  key === undefined ? {} : { SqsManagedSseEnabled: 'false' };

/** How long a key is used is forgotten with it. */
const withoutKey = ({ KmsMasterKeyId: key }: QueueAttributes): QueueAttributes =>
  key === '' ? { KmsDataKeyReusePeriodSeconds: '' } : {};

function checkTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.keys(tags).length <= MAX_TAGS) return tags;
  throw sqsError('InvalidParameterValueException', `Too many tags: a queue may have ${MAX_TAGS}.`);
}

/** A page of names, and where it goes on; all of them where nobody asked for a size. */
function paged(names: string[], input: Input): { names: string[]; NextToken?: string } {
  const reason = `Value for MaxResults must be between 1 and ${MAX_RESULTS} inclusive.`;
  const size = optionalInteger(input, 'MaxResults', [1, MAX_RESULTS], reason);
  const token = optionalText(input, 'NextToken');
  if (token !== undefined && size === undefined) throw missing('MaxResults');
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString('utf8');
  const rest = names.filter((name) => name > after);
  const page = rest.slice(0, size ?? MAX_RESULTS);
  const more = size !== undefined && page.length < rest.length;
  return { names: page, ...(more && { NextToken: Buffer.from(page.at(-1) ?? '').toString('base64url') }) };
}
