import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { answerQuery, type QueryAction } from '@dure/aws-protocols/aws-query';
import type { Sqs } from '@dure/sqs';
import { isObject } from '@dure/local-http/json';
import { type Input, listOf } from './input.ts';
import { createPublish, MAX_BYTES, type Publication, sizeOf, type WriteLog } from './publish.ts';
import { invalid, notFound } from './sns-error.ts';
import { openSnsStore, type Subscription, type Texts } from './store.ts';
import { createSubscriptionActions } from './subscriptions.ts';
import { isCertificatePath, openSignatures } from './signatures.ts';
import { createTopicActions } from './topics.ts';

export { isCertificatePath } from './signatures.ts';
export { lambdaEventOf } from './notification.ts';
export type { WriteLog } from './publish.ts';
export type { Subscription } from './store.ts';
export { deadLetterTargetOf } from './subscriptions.ts';

/** What a function is to be invoked with. */
export interface Notification {
  readonly id: string;
  /** `notification of orders` */
  readonly label: string;
  /** The notification as JSON. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

export interface SnsOptions {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  /** Where messages go. */
  readonly sqs: Pick<Sqs, 'send'>;
  /** Delivers to functions; `subscription` finds which one and how. */
  readonly deliver: (subscriptionArn: string, notification: Notification) => void;
  /** Runs a change as a whole: all of it is kept, or nothing. */
  readonly atomically: <T>(work: () => T) => T;
  readonly log: WriteLog;
  /** Where clients find the certificate: `http://127.0.0.1:4566`. AWS's own by default. */
  readonly address?: () => string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** What a message has beside its text. */
export interface About {
  readonly subject?: string | undefined;
  readonly attributes?: object | undefined;
  /** As `X-Amzn-Trace-Id` says it. */
  readonly trace?: string | undefined;
}

export interface Sns {
  /** Answers a request of the query protocol, or one for the certificate. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** The certificate by which notifications are signed, by the path of its URL; undefined for any other. */
  certificateAt(path: string): string | undefined;
  /** @throws AwsError `NotFound`, or why it is refused */
  publish(topicArn: string, message: string, about?: About): Publication;
  /** Makes a topic, or brings the one of this name in line. */
  putTopic(name: string, attributes: Texts, tags?: Texts): { readonly topicArn: string };
  /** Subscribes, or brings the subscription of this endpoint in line. @throws AwsError */
  putSubscription(
    topicArn: string,
    protocol: string,
    endpoint: string,
    attributes: Texts,
  ): { readonly subscriptionArn: string };
  /** Nothing happens when there is none. */
  unsubscribe(topicArn: string, protocol: string, endpoint: string): void;
  /** A subscription by its ARN; undefined once it is gone. */
  subscription(arn: string): Subscription | undefined;
  deleteTopic(topicArn: string): void;
}

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
const MAX_ENTRIES = 10;

/** Simple Notification Service, in this process: topics whose messages go to queues and functions. */
export function createSns({
  database,
  accountId,
  region,
  sqs,
  deliver,
  atomically,
  log,
  address = () => `https://sns.${region}.amazonaws.com`,
  now = Date.now,
}: SnsOptions): Sns {
  const store = openSnsStore(database);
  const signatures = openSignatures(database, now);
  const arnOf = (name: string): string => `arn:aws:sns:${region}:${accountId}:${name}`;
  const topics = createTopicActions(store, arnOf, accountId);
  const subscriptions = createSubscriptionActions(store, topics.topicOf, accountId);
  const publish = createPublish({
    ...{ store, send: sqs.send, log, now, atomically, signatures, address },
    invoke: ({ arn }, { id, topicArn }, body) =>
      deliver(arn, { id, label: `notification of ${topicArn.split(':').at(-1)}`, body, receivedAt: now() }),
  });

  const actions: Record<string, QueryAction> = {
    ...topics.actions,
    ...subscriptions.actions,
    Publish(input, context) {
      if ('PhoneNumber' in input) throw new AwsError('InvalidParameter', 'Text messages are not sent from here.');
      const { TargetArn: target } = input;
      if (typeof target === 'string' && target.includes(':endpoint/')) {
        throw invalid('TargetArn Reason: No endpoint found for the target arn specified');
      }
      return publish(topics.topicOf('TopicArn' in input ? input : { TopicArn: target }), input, context);
    },
    PublishBatch(input, context) {
      const topic = topics.topicOf(input);
      const entries = listOf(input['PublishBatchRequestEntries']).filter(isObject);
      checkEntries(entries);
      const Successful: object[] = [];
      const Failed: object[] = [];
      for (const entry of entries) {
        try {
          Successful.push({ Id: entry['Id'], ...publish(topic, entry, context) });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          // As AWS does, what a FIFO topic lacks is said of the batch as a whole.
          if (topic.fifo) throw error;
          Failed.push({ Id: entry['Id'], Code: error.code, Message: error.message, SenderFault: true });
        }
      }
      return { Successful, Failed };
    },
  };

  return {
    certificateAt: signatures.certificateAt,
    async handle(request, response) {
      const { url = '' } = request;
      if (isCertificatePath(url)) return sendCertificate(response, signatures.certificateAt(url));
      await answerQuery({ namespace: NAMESPACE, actions }, request, response);
    },
    publish(topicArn, message, { subject, attributes, trace } = {}) {
      const topic = store.topic(topicArn);
      if (topic === undefined) throw notFound('Topic');
      return publish(
        topic,
        {
          Message: message,
          ...(subject !== undefined && { Subject: subject }),
          ...(attributes !== undefined && {
            MessageAttributes: {
              entry: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value: Value as unknown })),
            },
          }),
        },
        trace === undefined ? {} : { trace },
      );
    },
    putTopic(name, attributes, tags = {}) {
      const existing = store.topic(arnOf(name));
      if (existing === undefined) return { topicArn: topics.create(name, attributes, tags) };
      if (existing.fifo !== (attributes['FifoTopic'] === 'true')) throw invalid('FifoTopic cannot be changed.');
      topics.check(attributes, existing.fifo);
      store.saveTopic({ ...existing, attributes, tags });
      return { topicArn: existing.arn };
    },
    putSubscription(topicArn, protocol, endpoint, attributes) {
      const topic = store.topic(topicArn);
      if (topic === undefined) throw notFound('Topic');
      return atomically(() => {
        const existing = store.subscriptionsOf(topicArn).find(isOf(protocol, endpoint));
        if (existing !== undefined) store.removeSubscription(existing.arn);
        const arn = subscriptions.subscribe(topic, protocol, endpoint, attributes);
        if (existing === undefined) return { subscriptionArn: arn };
        store.removeSubscription(arn);
        store.saveSubscription({ ...existing, attributes });
        return { subscriptionArn: existing.arn };
      });
    },
    unsubscribe(topicArn, protocol, endpoint) {
      const ended = store.subscriptionsOf(topicArn).filter(isOf(protocol, endpoint));
      for (const { arn } of ended) store.removeSubscription(arn);
    },
    subscription: (arn) => store.subscription(arn),
    deleteTopic: (topicArn) => store.removeTopic(topicArn),
  };
}

/** Answers with a certificate, or that there is none. */
export function sendCertificate(response: ServerResponse, certificate: string | undefined): void {
  response.writeHead(certificate === undefined ? 404 : 200, { 'content-type': 'application/x-pem-file' });
  response.end(certificate);
}

const isOf = (protocol: string, endpoint: string) => (subscription: Subscription) =>
  subscription.protocol === protocol && subscription.endpoint === endpoint;

function checkEntries(entries: readonly Record<string, unknown>[]): void {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > MAX_ENTRIES) {
    throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  for (const { Id } of entries) {
    const id = String(Id ?? '');
    const about = 'The Id of a batch entry in the batch request';
    if (id.length > 80) throw new AwsError('InvalidBatchEntryId', `${about} is too long: ${id}`);
    if (!/^[\w-]+$/.test(id)) {
      throw new AwsError('InvalidBatchEntryId', `${about} contains an impermissible character: ${id}`);
    }
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  const size = (entry: Input, index: number) => sizeOf(entry, `publishBatchRequestEntries.${index + 1}.member.`);
  if (entries.reduce((sum, entry, index) => sum + size(entry, index), 0) > MAX_BYTES) {
    const reason = 'The length of all the messages put together is more than the limit.';
    throw new AwsError('BatchRequestTooLong', reason);
  }
}
