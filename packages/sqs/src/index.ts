import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import { createActions } from './actions.ts';
import { createDeleteMessage } from './delete-message.ts';
import { createLongPolling } from './long-polling.ts';
import { type Call, createHandler } from './request-handler.ts';
import type { Input } from './input.ts';
import type { MessageAttributes } from './message-attributes.ts';
import { openMessageStore } from './message-store.ts';
import { createMoveTasks } from './message-move-tasks.ts';
import { createQueueActions } from './queue-actions.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import { openQueueStore, type Queue } from './queue-store.ts';
import { createReceive } from './receive-message.ts';
import { createTables } from './schema.ts';
import { createSend, type Sent } from './send-message.ts';
import { noSuchAction, noSuchQueue } from './sqs-error.ts';
import { createViews, type QueueView } from './queue-views.ts';
import { createChangeVisibility } from './visibility-timeout.ts';

export {
  type MessageAttribute,
  type MessageAttributes,
  parseAttributes,
  sizeOfAttributes,
} from './message-attributes.ts';
export type { StoredMessage } from './message-store.ts';
export type { QueueView } from './queue-views.ts';

export interface SqsOptions {
  readonly database: DatabaseSync;
  /** Runs synchronous work in one transaction of the database; within another one it is a part of that. */
  readonly atomically: <T>(work: () => T) => T;
  readonly accountId: string;
  readonly region: string;
  /** What stands before the account in the paths of queues' URLs: `/queue/eu-central-1`. Nothing by default. */
  readonly path?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Counts messages as they go through the queues, for metrics. */
  readonly counted?: (queue: string, event: 'sent' | 'received' | 'deleted', count: number) => void;
}

export interface SendOptions {
  readonly attributes?: MessageAttributes;
  readonly messageGroupId?: string;
  readonly messageDeduplicationId?: string;
  /** The `SenderId`; the account by default. */
  readonly sender?: string;
  /** The `AWSTraceHeader`. */
  readonly trace?: string;
}

export interface Sqs {
  /** Answers a request in one of SQS's protocols. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** An action from within this process, in the shape of the JSON protocol. */
  readonly request: AwsJsonRequest;
  /** @throws AwsError `QueueDoesNotExist`, or why the message is refused */
  send(queueArn: string, body: string, options?: SendOptions): Sent;
  /** Makes a queue, or answers the one that is like it. @throws AwsError `QueueNameExists` and others */
  createQueue(name: string, attributes?: QueueAttributes): { readonly queueArn: string };
  /** Nothing happens when there is no queue of this name. @throws AwsError `InvalidAttributeValue` and others */
  setAttributes(name: string, attributes: QueueAttributes): void;
  /** In the place of those that it had. Nothing happens when there is no queue of this name. */
  setTags(name: string, tags: Queue['tags']): void;
  /** Nothing happens when there is none. */
  deleteQueue(name: string): void;
  /** What lies in the queues. */
  readonly views: { all(): QueueView[]; of(name: string): QueueView | undefined };
  /** Ends long polls and tasks. The database stays open. */
  stop(): void;
}

/** Simple Queue Service, in this process: queues and messages are in the database, so that a kill loses none. */
export function createSqs(options: SqsOptions): Sqs {
  const { database, atomically, accountId, region, path = '', now = Date.now, counted = () => {} } = options;
  createTables(database, now());
  const arnOf = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;
  const queues = openQueueStore(database, arnOf);
  const messages = openMessageStore(database);
  const longPolling = createLongPolling();
  const shared = { queues, messages, longPolling, now, atomically };
  const queueActions = createQueueActions(shared);
  const send = createSend(database, messages, now, atomically);
  const moveTasks = createMoveTasks({ ...shared, database });
  const sent = (queue: string, count: number): void => {
    if (count === 0) return;
    longPolling.notify(queue);
    counted(queue, 'sent', count);
  };
  const actions = createActions({
    ...{ accountId, path, queues, queueActions, moveTasks, send, arnOf, atomically, sent },
    changeVisibility: createChangeVisibility(messages, longPolling, now),
    deleteMessage: createDeleteMessage(messages, longPolling, now),
    receive: createReceive({ ...shared, counted }),
    deleted: (queue, count) => counted(queue, 'deleted', count),
  });
  const call: Call = async (name, input, context) => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw noSuchAction(name);
    return action(input, context);
  };
  const existing = (name: string, work: (queue: Queue) => void): void => {
    const queue = queues.find(name);
    if (queue !== undefined) work(queue);
  };

  return {
    handle: createHandler(call),
    request: (action, input, signal) =>
      call(action, input as Input, { baseUrl: 'http://localhost', sender: accountId, ...(signal && { signal }) }),
    send(queueArn, body, { attributes, messageGroupId, messageDeduplicationId, sender = accountId, trace } = {}) {
      const queue = queues.findByArn(queueArn);
      if (queue === undefined) throw noSuchQueue();
      const input = {
        MessageBody: body,
        MessageAttributes: attributes,
        MessageGroupId: messageGroupId,
        MessageDeduplicationId: messageDeduplicationId,
      };
      const answer = send(queue, input, { sender, ...(trace !== undefined && { trace }) });
      sent(queue.name, 1);
      return answer;
    },
    createQueue(name, attributes = {}) {
      return { queueArn: queueActions.create({ QueueName: name, Attributes: attributes }, arnOf).arn };
    },
    setAttributes: (name, attributes) =>
      existing(name, (queue) => queueActions.setAttributes(queue, { Attributes: attributes })),
    setTags: (name, tags) => existing(name, (queue) => queueActions.setTags(queue, tags)),
    deleteQueue: (name) => existing(name, queueActions.delete),
    views: createViews(queues, messages, now),
    stop() {
      longPolling.stop();
      moveTasks.stop();
    },
  };
}
