import type { FauxqsServer } from 'fauxqs';
import { unchecked } from '../signature.ts';

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
export async function listQueues(fauxqs: FauxqsServer): Promise<QueueSummary[]> {
  const url = `http://127.0.0.1:${fauxqs.port}/_fauxqs/queues`;
  const headers = { authorization: unchecked('sqs') };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5000) });
  const queues = (await response.json()) as { name: string; arn: string }[];
  const inspected = queues.map(({ name, arn }) => ({ name, arn, state: fauxqs.inspectQueue(name)! }));
  const targets = new Set(inspected.map(({ state }) => deadLetterTarget(state.attributes)));
  return inspected.map(({ name, arn, state: { messages } }) => {
    const deadLetters = targets.has(arn) || /dead-?letter|dlq/i.test(name);
    return {
      name,
      arn,
      visible: messages.ready.length,
      inFlight: messages.inflight.length,
      delayed: messages.delayed.length,
      deadLetters,
      ...(deadLetters && { messages: messages.ready.slice(0, MESSAGES_SHOWN).map(describe) }),
    };
  });
}

type Message = NonNullable<ReturnType<FauxqsServer['inspectQueue']>>['messages']['ready'][number];

function describe(message: Message): QueueMessage {
  return {
    messageId: message.messageId,
    body: message.body,
    attributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, { StringValue: value }]) => [name, value]),
    ),
    sentAt: new Date(message.sentTimestamp).toISOString(),
  };
}

function deadLetterTarget(attributes: Record<string, string>): string | undefined {
  const policy = attributes['RedrivePolicy'];
  return policy === undefined
    ? undefined
    : (JSON.parse(policy) as { deadLetterTargetArn?: string }).deadLetterTargetArn;
}
