import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { setTimeout as delay } from 'node:timers/promises';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { Log } from './surroundings.ts';
import { backOff } from './lifecycle.ts';
import type { Message } from './sqs-record.ts';

const MAX_ENTRIES = 10;
const ATTEMPTS = 4;
const BACK_OFF_CAP_MS = 1_000;

type Received = Pick<SQSRecord, 'messageId' | 'receiptHandle'>;
type Entry = { Id: string; ReceiptHandle: string };

/** A queue as a mapping uses it. */
export interface Queue {
  /** None when the signal aborts: nothing is taken out of sight any more. */
  receive(most: number, waitSeconds: number, signal: AbortSignal): Promise<readonly Message[]>;
  /** Deletes all, in requests of ten; what the queue refuses is tried again, and logged when it stays refused. */
  delete(messages: readonly Received[]): Promise<void>;
  /** Makes messages that were not handed over visible again at once. */
  release(messages: readonly Received[]): Promise<void>;
  visibilityTimeoutMs(): Promise<number>;
}

export function openQueue(sqs: AwsJsonRequest, queueUrl: string, log: Log): Queue {
  const QueueUrl = queueUrl;
  return {
    async receive(most, waitSeconds, signal) {
      const input = {
        QueueUrl,
        MaxNumberOfMessages: Math.min(most, MAX_ENTRIES),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      };
      const output = await sqs('ReceiveMessage', input, signal);
      return (output as { Messages?: readonly Message[] }).Messages ?? [];
    },

    delete: (messages) =>
      inBatches(messages, 'DeleteMessageBatch', log, async (Entries) => {
        return failedOf(await sqs('DeleteMessageBatch', { QueueUrl, Entries }));
      }),

    release: (messages) =>
      inBatches(messages, 'ChangeMessageVisibilityBatch', log, async (entries) => {
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
        return failedOf(await sqs('ChangeMessageVisibilityBatch', { QueueUrl, Entries }));
      }),

    async visibilityTimeoutMs() {
      const output = await sqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['VisibilityTimeout'] });
      const { Attributes } = output as { Attributes?: Record<string, string> };
      return Number(Attributes?.['VisibilityTimeout'] ?? 30) * 1000;
    },
  };
}

const failedOf = (output: unknown) => (output as { Failed?: BatchResultErrorEntry[] }).Failed;

async function inBatches(
  messages: readonly Received[],
  action: string,
  log: Log,
  send: (entries: Entry[]) => Promise<BatchResultErrorEntry[] | undefined>,
): Promise<void> {
  const entries = messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
  for (let from = 0; from < entries.length; from += MAX_ENTRIES) {
    const refused = await persist(entries.slice(from, from + MAX_ENTRIES), send);
    for (const { entry, reason } of refused) {
      log('error', `${action} failed`, { messageId: messages[Number(entry.Id)]?.messageId, reason });
    }
  }
}

/** Sends until all entries are through; answers those that are refused in the end. */
async function persist(
  entries: Entry[],
  send: (entries: Entry[]) => Promise<BatchResultErrorEntry[] | undefined>,
): Promise<{ entry: Entry; reason: string }[]> {
  const lost: { entry: Entry; reason: string }[] = [];
  let open = entries;
  for (let attempt = 1; ; attempt += 1) {
    const failed = await send(open).catch((error: unknown) =>
      open.map(({ Id }): BatchResultErrorEntry => ({
        Id,
        SenderFault: false,
        Code: 'RequestFailed',
        Message: String(error),
      })),
    );
    const last = attempt === ATTEMPTS;
    const again: Entry[] = [];
    for (const { Id, SenderFault, Code, Message: text } of failed ?? []) {
      const entry = open.find((candidate) => candidate.Id === Id);
      if (entry === undefined) continue;
      if (SenderFault || last) lost.push({ entry, reason: `${Code}: ${text ?? ''}` });
      else again.push(entry);
    }
    if (again.length === 0) return lost;
    open = again;
    await delay(backOff(attempt, BACK_OFF_CAP_MS));
  }
}
