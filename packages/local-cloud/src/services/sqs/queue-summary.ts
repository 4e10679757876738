import type { MessageAttributes, Sqs, StoredMessage } from '@dure/sqs';

export interface QueueSummary {
  readonly name: string;
  readonly arn: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Whether another queue sends here what it could not deliver, or its name says so. */
  readonly deadLetters: boolean;
  /** Of a dead-letter queue, the oldest. */
  readonly messages?: readonly QueueMessage[];
}

interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly sentAt: string;
}

const MESSAGES_SHOWN = 20;

/** The queues with their depths, and what lies in those for dead letters. */
export function listQueues({ all }: Sqs['views']): QueueSummary[] {
  const queues = all();
  const targets = new Set(queues.map(({ deadLetterTargetArn }) => deadLetterTargetArn));
  return queues.map(({ name, arn, visible, inFlight, delayed, messages }) => {
    const deadLetters = targets.has(arn) || /dead-?letter|dlq/i.test(name);
    const counted = { name, arn, visible, inFlight, delayed, deadLetters };
    return deadLetters ? { ...counted, messages: messages(MESSAGES_SHOWN).map(describe) } : counted;
  });
}

function describe({ id, body, attributes, sent }: StoredMessage): QueueMessage {
  const given = JSON.parse(attributes ?? '{}') as MessageAttributes;
  return {
    messageId: id,
    body,
    attributes: Object.fromEntries(Object.entries(given).map(([name, { StringValue: value }]) => [name, value])),
    sentAt: new Date(sent).toISOString(),
  };
}
