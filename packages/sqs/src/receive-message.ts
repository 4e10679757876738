import { setImmediate } from 'node:timers/promises';
import { createDeadLettering } from './dead-letter-queue.ts';
import type { LongPolling } from './long-polling.ts';
import { type Input, optionalInteger, optionalText, texts } from './input.ts';
import { md5OfAttributes, type MessageAttributes, selectAttributes } from './message-attributes.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import { numberOf, type Queue, type QueueStore } from './queue-store.ts';
import { newReceiptHandle } from './receipt-handle.ts';
import { sequenceNumber } from './send-message.ts';
import { invalidValue, noSuchQueue, sqsError } from './sqs-error.ts';
import { visibilityTimeoutOf } from './visibility-timeout.ts';

/** A message as ReceiveMessage answers it. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody: string;
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MD5OfMessageAttributes?: string;
  readonly MessageAttributes?: MessageAttributes;
}

export interface ReceiveParts {
  readonly queues: QueueStore;
  readonly messages: MessageStore;
  readonly longPolling: LongPolling;
  readonly now: () => number;
  /** Runs a change as a whole. */
  readonly atomically: <T>(work: () => T) => T;
  readonly counted: (queue: string, event: 'received', count: number) => void;
}

const MAX_MESSAGES = 10;
const MAX_WAIT_SECONDS = 20;
const MAX_IN_FLIGHT = 120_000;
const ATTEMPT_MS = 5 * 60_000;
const ATTEMPT = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

interface Request {
  readonly most: number;
  /** In seconds; the queue's by default. */
  readonly visibility?: number;
  readonly attempt?: string;
}

/** When the last message was sent that a queue no longer keeps, in ms since the epoch. */
export const expiredBy = (queue: Queue, now: number): number => now - numberOf(queue, 'MessageRetentionPeriod') * 1000;

/**
 * How messages are handed out. A long poll takes nothing before there is something, and nothing once it was given up.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export function createReceive(parts: ReceiveParts) {
  const { queues, messages, longPolling, now } = parts;
  const deadLetter = createDeadLettering(parts);
  const attempts = new Map<string, { readonly at: number; readonly taken: readonly StoredMessage[] }>();

  function take(queue: Queue, request: Request): StoredMessage[] {
    const { most, attempt } = request;
    // The queue may have been changed while the receiver waited.
    const visibilityMs = (request.visibility ?? numberOf(queue, 'VisibilityTimeout')) * 1000;
    const again = attempt === undefined ? undefined : repeat(queue, attempt, visibilityMs);
    if (again !== undefined) return again;
    const at = now();
    const after = expiredBy(queue, at);
    const taken: StoredMessage[] = [];
    parts.atomically(() => {
      messages.sweep(queue.name, after);
      for (let deadLettered = -1; deadLettered !== 0 && taken.length < most;) {
        deadLettered = 0;
        for (const message of candidates(queue, most - taken.length, at, after)) {
          if (deadLetter(queue, message, at)) deadLettered += 1;
          else taken.push(hand(queue, message, at, visibilityMs));
        }
        // With a time-out of 0, what was taken is still visible and would be taken again.
        if (visibilityMs === 0 && taken.length > 0) break;
      }
    });
    if (attempt !== undefined && taken.length > 0) attempts.set(`${queue.name} ${attempt}`, { at, taken });
    if (taken.length > 0) parts.counted(queue.name, 'received', taken.length);
    return taken;
  }

  function candidates(queue: Queue, most: number, at: number, after: number): StoredMessage[] {
    if (!queue.fifo) return messages.visible(queue.name, at, after, most);
    const found: StoredMessage[] = [];
    for (const head of messages.heads(queue.name, at, after, most)) {
      if (found.length >= most) break;
      found.push(head);
      const rest = found.length < most ? messages.following(head, after, most - found.length) : [];
      const hidden = rest.findIndex(({ visible }) => visible > at);
      found.push(...(hidden === -1 ? rest : rest.slice(0, hidden)));
    }
    return found;
  }

  function hand(queue: Queue, message: StoredMessage, at: number, visibilityMs: number): StoredMessage {
    const receipt = newReceiptHandle(queue.arn, message.id, message.sequence);
    messages.receive(message, receipt, at, at + visibilityMs);
    const first = message.first_received ?? at;
    return { ...message, receipt, receives: message.receives + 1, first_received: first, visible: at + visibilityMs };
  }

  /** The same messages again for the same attempt, as long as none was deleted or changed. */
  function repeat(queue: Queue, attempt: string, visibilityMs: number): StoredMessage[] | undefined {
    const at = now();
    for (const [key, { at: made }] of attempts) if (made + ATTEMPT_MS <= at) attempts.delete(key);
    const known = attempts.get(`${queue.name} ${attempt}`);
    const unchanged = known?.taken.every(({ id: messageId, sequence, receipt, visible }) => {
      const stored = messages.find(queue.name, { messageId, sequence });
      return stored?.receipt === receipt && stored.visible === visible && visible > at;
    });
    if (known === undefined || unchanged !== true) return undefined;
    const taken = known.taken.map((message) => ({ ...message, visible: at + visibilityMs }));
    for (const message of taken) messages.hide(message, message.visible);
    attempts.set(`${queue.name} ${attempt}`, { at: known.at, taken });
    return taken;
  }

  return async function receive(
    queue: Queue,
    input: Input,
    signal?: AbortSignal,
  ): Promise<{ Messages?: ReceivedMessage[] }> {
    const { request, waitMs } = parse(queue, input);
    const deadline = now() + waitMs;
    for (;;) {
      const current = queues.find(queue.name);
      if (current?.created !== queue.created) throw noSuchQueue();
      if (signal?.aborted === true) return {};
      const full = messages.inFlight(queue.name, now()) >= MAX_IN_FLIGHT;
      if (full && waitMs === 0) throw sqsError('OverLimit', 'Too many messages of the queue are in flight.');
      const taken = full ? [] : take(current, request);
      if (taken.length > 0) return { Messages: taken.map((message) => describe(message, current, input)) };
      const left = deadline - now();
      if (left <= 0) return {};
      const next = (messages.nextVisible(queue.name, now()) ?? Infinity) - now();
      await longPolling.wait(queue.name, Math.max(1, Math.min(left, next)), signal);
      // What the network has to say comes first: the caller may have left before the message came.
      await setImmediate();
      if (longPolling.stopped()) return {};
    }
  };
}

function parse(queue: Queue, input: Input): { request: Request; waitMs: number } {
  const most = optionalInteger(
    input,
    'MaxNumberOfMessages',
    [1, MAX_MESSAGES],
    'Must be between 1 and 10, if provided.',
  );
  const wait = optionalInteger(input, 'WaitTimeSeconds', [0, MAX_WAIT_SECONDS], 'Must be >= 0 and <= 20, if provided.');
  const visibility = visibilityTimeoutOf(input, 'Must be between 0 and 43200, if provided.');
  const attempt = optionalText(input, 'ReceiveRequestAttemptId');
  if (attempt !== undefined && !ATTEMPT.test(attempt)) {
    const reason =
      'ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.';
    throw invalidValue('ReceiveRequestAttemptId', attempt, reason);
  }
  if (attempt !== undefined && !queue.fifo) {
    throw invalidValue(
      'ReceiveRequestAttemptId',
      attempt,
      'The request include parameter that is not valid for this queue type.',
    );
  }
  texts(input, 'AttributeNames');
  texts(input, 'MessageSystemAttributeNames');
  texts(input, 'MessageAttributeNames');
  return {
    request: {
      most: most ?? 1,
      ...(visibility !== undefined && { visibility }),
      ...(attempt !== undefined && { attempt }),
    },
    waitMs: (wait ?? numberOf(queue, 'ReceiveMessageWaitTimeSeconds')) * 1000,
  };
}

function describe(message: StoredMessage, queue: Queue, input: Input): ReceivedMessage {
  const named = texts(input, 'MessageSystemAttributeNames');
  const wanted = named.length > 0 ? named : texts(input, 'AttributeNames');
  const all = wanted.includes('All');
  const system = Object.fromEntries(
    Object.entries(systemAttributes(message, queue)).filter(([name]) => all || wanted.includes(name)),
  );
  const given = message.attributes === null ? {} : (JSON.parse(message.attributes) as MessageAttributes);
  const attributes = selectAttributes(given, texts(input, 'MessageAttributeNames'));
  const md5 = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt!,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(md5 !== undefined && { MD5OfMessageAttributes: md5, MessageAttributes: attributes }),
  };
}

function systemAttributes(message: StoredMessage, queue: Queue): Record<string, string> {
  return {
    SenderId: message.sender,
    SentTimestamp: String(message.sent),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.first_received),
    ...(message.message_group !== null && { MessageGroupId: message.message_group }),
    ...(message.deduplication !== null && { MessageDeduplicationId: message.deduplication }),
    ...(queue.fifo && { SequenceNumber: sequenceNumber(message.sequence) }),
    ...(message.trace !== null && { AWSTraceHeader: message.trace }),
    ...(message.source !== null && { DeadLetterQueueSourceArn: message.source }),
  };
}
