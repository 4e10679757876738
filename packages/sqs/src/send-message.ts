import { createHash, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type Input, optionalInteger, optionalText } from './input.ts';
import { checkCharacters, md5OfAttributes, parseAttributes, sizeOfAttributes } from './message-attributes.ts';
import type { MessageStore } from './message-store.ts';
import { numberOf, type Queue } from './queue-store.ts';
import { invalidParameter, invalidValue, missing } from './sqs-error.ts';

/** Who sends, and for which trace unless the message says another. */
export interface Sender {
  readonly sender: string;
  readonly trace?: string;
}

export interface Sent {
  readonly MessageId: string;
  readonly MD5OfMessageBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly MD5OfMessageSystemAttributes?: string;
  readonly SequenceNumber?: string;
}

const ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;
const ID_REASON = 'can only include alphanumeric and punctuation characters. 1 to 128 in length.';
const DEDUPLICATION_MS = 5 * 60_000;
const MAX_DELAY_SECONDS = 900;
/** A number of twenty digits, as SQS's are. */
const FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000n;

export const sequenceNumber = (sequence: number): string => String(FIRST_SEQUENCE_NUMBER + BigInt(sequence));

/**
 * How messages are accepted: each is on disk when this returns.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function createSend(
  database: DatabaseSync,
  messages: MessageStore,
  now: () => number,
  atomically: <T>(work: () => T) => T,
) {
  // What was sent while the whole queue was the scope still counts in each group.
  const findDuplicate = database.prepare(
    `SELECT message, sequence FROM sqs_deduplication WHERE queue = ? AND scope IN (?, '') AND id = ? AND until > ?`,
  );
  const remember = database.prepare('INSERT OR REPLACE INTO sqs_deduplication VALUES (?, ?, ?, ?, ?, ?)');

  return function send(queue: Queue, input: Input, { sender, trace }: Sender, inBatch = false): Sent {
    const body = optionalText(input, 'MessageBody') ?? '';
    if (body === '') throw missing('MessageBody');
    const attributes = parseAttributes(input['MessageAttributes']);
    const system = parseAttributes(input['MessageSystemAttributes'], 'system');
    checkCharacters(body, 'the message body');
    checkSize(queue, Buffer.byteLength(body) + sizeOfAttributes(attributes), inBatch);
    const delaySeconds = delayOf(queue, input);
    const group = groupOf(queue, input, inBatch);
    const deduplication = deduplicationOf(queue, input, body);
    const digest = md5OfAttributes(attributes);
    const systemDigest = md5OfAttributes(system);
    const md5 = createHash('md5').update(body).digest('hex');
    const at = now();
    const answer = (MessageId: string, sequence: number): Sent => ({
      MessageId,
      MD5OfMessageBody: md5,
      ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
      ...(systemDigest !== undefined && { MD5OfMessageSystemAttributes: systemDigest }),
      ...(queue.fifo && { SequenceNumber: sequenceNumber(sequence) }),
    });
    const scope = queue.attributes['DeduplicationScope'] === 'messageGroup' ? (group ?? '') : '';
    if (queue.fifo) {
      const known = findDuplicate.get(queue.name, scope, deduplication!, at) as Duplicate | undefined;
      if (known !== undefined) return answer(known.message, known.sequence);
    }
    const id = randomUUID();
    const message = {
      queue: queue.name,
      id,
      body,
      md5,
      attributes: digest === undefined ? null : JSON.stringify(attributes),
      trace: system['AWSTraceHeader']?.StringValue ?? trace ?? null,
      sender,
      message_group: group ?? null,
      deduplication: deduplication ?? null,
      sent: at,
      visible: at + delaySeconds * 1000,
    };
    if (!queue.fifo) return answer(id, messages.add(message));
    return atomically(() => {
      const sequence = messages.add(message);
      remember.run(queue.name, scope, deduplication!, id, sequence, at + DEDUPLICATION_MS);
      return answer(id, sequence);
    });
  };
}

/**
 * What a FIFO queue needs of each message. One that lacks it is refused with its whole batch.
 * @throws AwsError `InvalidParameterValueException`
 */
export function checkOrder(queue: Queue, entry: Input): void {
  groupOf(queue, entry, true);
  deduplicationOf(queue, entry, '');
}

interface Duplicate {
  readonly message: string;
  readonly sequence: number;
}

function checkSize(queue: Queue, bytes: number, inBatch: boolean): void {
  const most = numberOf(queue, 'MaximumMessageSize');
  if (bytes <= most) return;
  const what = inBatch ? 'cannot be validated' : 'are invalid';
  throw invalidParameter(`One or more parameters ${what}. Reason: Message must be shorter than ${most} bytes.`);
}

function delayOf(queue: Queue, input: Input): number {
  const given = optionalInteger(
    input,
    'DelaySeconds',
    [0, MAX_DELAY_SECONDS],
    `DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`,
  );
  if (!queue.fifo) return given ?? numberOf(queue, 'DelaySeconds');
  if (given !== undefined && given > 0) {
    const reason = 'The request include parameter that is not valid for this queue type.';
    throw invalidValue('DelaySeconds', given, reason);
  }
  return numberOf(queue, 'DelaySeconds');
}

/** A FIFO queue's messages have one; those of a standard queue may, for fairness among groups. */
function groupOf(queue: Queue, input: Input, inBatch: boolean): string | undefined {
  const group = optionalText(input, 'MessageGroupId');
  if (group === undefined) {
    if (!queue.fifo) return undefined;
    throw inBatch
      ? invalidParameter('The request must contain the parameter MessageGroupId.')
      : missing('MessageGroupId');
  }
  if (!ID.test(group)) throw invalidValue('MessageGroupId', group, `MessageGroupId ${ID_REASON}`);
  return group;
}

function deduplicationOf(queue: Queue, input: Input, body: string): string | undefined {
  const given = optionalText(input, 'MessageDeduplicationId');
  if (given !== undefined) {
    if (!queue.fifo) {
      const reason = 'The request includes a parameter that is not valid for this queue type.';
      throw invalidValue('MessageDeduplicationId', given, reason);
    }
    if (!ID.test(given)) throw invalidValue('MessageDeduplicationId', given, `MessageDeduplicationId ${ID_REASON}`);
    return given;
  }
  if (!queue.fifo) return undefined;
  if (queue.attributes['ContentBasedDeduplication'] === 'true') return createHash('sha256').update(body).digest('hex');
  throw invalidParameter(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}
