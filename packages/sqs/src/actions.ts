import { isObject } from '@dure/local-http/json';
import { entriesOf, inBatch } from './batch.ts';
import type { createDeleteMessage } from './delete-message.ts';
import { type Input, requiredText } from './input.ts';
import { parseAttributes, sizeOfAttributes } from './message-attributes.ts';
import type { createMoveTasks } from './message-move-tasks.ts';
import type { createQueueActions } from './queue-actions.ts';
import type { Queue, QueueStore } from './queue-store.ts';
import type { createReceive } from './receive-message.ts';
import { checkOrder, type createSend } from './send-message.ts';
import { noSuchQueue, sqsError } from './sqs-error.ts';
import type { createChangeVisibility } from './visibility-timeout.ts';

/** Who asks, and where. */
export interface RequestContext {
  /** The address by which the caller reached SQS: queue URLs in answers begin with it. */
  readonly baseUrl: string;
  /** `SenderId` of what it sends. */
  readonly sender: string;
  /** The trace that it belongs to, as `X-Amzn-Trace-Id` says it. */
  readonly trace?: string;
  /** Aborts when the caller no longer waits for an answer. */
  readonly signal?: AbortSignal;
}

export type Action = (input: Input, context: RequestContext) => unknown;

export interface ActionParts {
  readonly accountId: string;
  /** What stands before the account in the paths of queues' URLs. */
  readonly path: string;
  readonly queues: QueueStore;
  readonly queueActions: ReturnType<typeof createQueueActions>;
  readonly changeVisibility: ReturnType<typeof createChangeVisibility>;
  readonly deleteMessage: ReturnType<typeof createDeleteMessage>;
  readonly moveTasks: ReturnType<typeof createMoveTasks>;
  readonly send: ReturnType<typeof createSend>;
  readonly receive: ReturnType<typeof createReceive>;
  readonly arnOf: (name: string) => string;
  readonly atomically: <T>(work: () => T) => T;
  /** Something came into a queue, so many messages. */
  readonly sent: (queue: string, count: number) => void;
  readonly deleted: (queue: string, count: number) => void;
}

const MAX_BATCH_BYTES = 1_048_576;
/** SQS accepts a queue's name instead of its URL. */
const NAME = /^[\w-]{1,80}(\.fifo)?$/;

/** All actions of SQS. Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
export function createActions(parts: ActionParts): Readonly<Record<string, Action>> {
  const { accountId, path, queues, queueActions, changeVisibility, deleteMessage, moveTasks, arnOf, atomically } =
    parts;
  const urlOf = ({ baseUrl }: RequestContext, name: string): string => `${baseUrl}${path}/${accountId}/${name}`;

  function queueOf(input: Input): Queue {
    const url = requiredText(input, 'QueueUrl');
    const [account, name] = NAME.test(url) ? [accountId, url] : accountAndName(url);
    const queue = account === accountId ? queues.find(name) : undefined;
    if (queue === undefined) throw noSuchQueue();
    return queue;
  }
  const onQueue =
    (work: (queue: Queue, input: Input, context: RequestContext) => unknown): Action =>
    (input, context) =>
      work(queueOf(input), input, context);
  const urls = (
    { names, NextToken }: { names: string[]; NextToken?: string },
    context: RequestContext,
    key: string,
  ) => ({
    ...(names.length > 0 && { [key]: names.map((name) => urlOf(context, name)) }),
    ...(NextToken !== undefined && { NextToken }),
  });

  return {
    AddPermission: onQueue(queueActions.addPermission),
    CancelMessageMoveTask: (input) => moveTasks.cancel(input),
    ChangeMessageVisibility: onQueue(changeVisibility),
    ChangeMessageVisibilityBatch: onQueue((queue, input) =>
      atomically(() => inBatch(input, (entry) => changeVisibility(queue, entry))),
    ),
    CreateQueue: (input, context) => ({ QueueUrl: urlOf(context, queueActions.create(input, arnOf).name) }),
    DeleteMessage: onQueue((queue, input) => {
      if (deleteMessage(queue, input)) parts.deleted(queue.name, 1);
    }),
    DeleteMessageBatch: onQueue((queue, input) => {
      let deleted = 0;
      const result = atomically(() =>
        inBatch(input, (entry) => {
          if (deleteMessage(queue, entry)) deleted += 1;
        }),
      );
      parts.deleted(queue.name, deleted);
      return result;
    }),
    DeleteQueue: onQueue(queueActions.delete),
    GetQueueAttributes: onQueue((queue, input) => {
      const Attributes = queueActions.attributes(queue, input);
      return Object.keys(Attributes).length === 0 ? {} : { Attributes };
    }),
    GetQueueUrl(input, context) {
      const queue = queues.find(requiredText(input, 'QueueName'));
      if (queue === undefined || (input['QueueOwnerAWSAccountId'] ?? accountId) !== accountId) throw noSuchQueue();
      return { QueueUrl: urlOf(context, queue.name) };
    },
    ListDeadLetterSourceQueues: onQueue((queue, input, context) => {
      const page = queueActions.listSources(queue, input);
      return { queueUrls: [], ...urls(page, context, 'queueUrls') };
    }),
    ListMessageMoveTasks: (input) => moveTasks.list(input),
    ListQueueTags: onQueue(({ tags }) => (Object.keys(tags).length === 0 ? {} : { Tags: tags })),
    ListQueues: (input, context) => urls(queueActions.list(input), context, 'QueueUrls'),
    PurgeQueue: onQueue((queue) => queueActions.purge(queue)),
    ReceiveMessage: onQueue((queue, input, { signal }) => parts.receive(queue, input, signal)),
    RemovePermission: onQueue(queueActions.removePermission),
    SendMessage: onQueue((queue, input, context) => {
      const sent = parts.send(queue, input, context);
      parts.sent(queue.name, 1);
      return sent;
    }),
    SendMessageBatch: onQueue((queue, input, context) => {
      const entries = entriesOf(input);
      checkBatchSize(entries);
      for (const entry of entries) checkOrder(queue, entry);
      const result = atomically(() => inBatch(input, (entry) => parts.send(queue, entry, context, true)));
      parts.sent(queue.name, result.Successful?.length ?? 0);
      return result;
    }),
    SetQueueAttributes: onQueue(queueActions.setAttributes),
    StartMessageMoveTask: (input) => moveTasks.start(input),
    TagQueue: onQueue(queueActions.tag),
    UntagQueue: onQueue(queueActions.untag),
  };
}

/** `http://localhost:4566/000000000000/orders` → `['000000000000', 'orders']` */
function accountAndName(url: string): readonly [account: string, name: string] {
  const path = /^[a-z]+:\/\/[^/]+(\/.*)$/.exec(url)?.[1];
  const [name = '', account = ''] = (path ?? '').split('/').reverse();
  if (path === undefined) throw sqsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`);
  return [account, name];
}

/** All messages of a batch together are as long as one may be. @throws AwsError `BatchRequestTooLong` */
function checkBatchSize(entries: readonly Input[]): void {
  let size = 0;
  for (const { MessageBody: body, MessageAttributes: attributes } of entries) {
    if (typeof body === 'string') size += Buffer.byteLength(body);
    if (isObject(attributes)) size += sizeOfAttributes(parseAttributes(attributes));
  }
  if (size <= MAX_BATCH_BYTES) return;
  const reason = `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${size} bytes.`;
  throw sqsError('BatchRequestTooLong', reason);
}
