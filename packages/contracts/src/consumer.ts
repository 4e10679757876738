import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Call, callOf } from './call.ts';
import { AlreadyHandled } from './commit.ts';
import type { Consumed, MessageContract } from './contract.ts';
import { type DeadLetters, deadLetter, deadLettersFromEnvironment } from './dead-letter.ts';
import { BusEvent, Envelope } from './envelope.ts';
import { createLogger, metric } from './log.ts';
import { settings, warmUp } from './middleware.ts';

/** A message as its handler sees it: the envelope's facts, and of the data the fields that were asked for. */
export interface Message<Data> {
  readonly id: string;
  readonly subject: string;
  /** Undefined for commands. */
  readonly sequence: number | undefined;
  readonly time: string;
  readonly type: string;
  readonly data: Data;
}

export interface Subscription {
  readonly contract: MessageContract;
  readonly fields: readonly string[];
  readonly handle: (message: Message<never>, call: Call) => Promise<unknown>;
}

/** Binds a handler to a consumed contract. */
export function on<M extends MessageContract, Field extends string & keyof z.output<M['schema']>>(
  consumed: Consumed<M, Field>,
  handle: (message: Message<Pick<z.output<M['schema']>, Field>>, call: Call) => Promise<unknown>,
): Subscription {
  return { ...consumed, handle: handle as Subscription['handle'] };
}

/** A message that will never succeed: it goes to the dead-letter queue at once, with the reason. */
export class Poison extends Error {
  override readonly name: string = 'Poison';
}

/**
 * Makes the handler of a consumer's queue. Messages of one subject are handled one after the other, different subjects
 * at once. A handler commits its effect with `call`, which makes a repetition a no-op. A failure is retried by the
 * queue; the last one, and what can never succeed, goes to the dead-letter queue with its reason. The rest of the
 * batch is not held up. Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function consumer(
  name: string,
  subscriptions: readonly Subscription[],
  deadLetters: DeadLetters = deadLettersFromEnvironment(),
) {
  const byType = new Map(subscriptions.map((subscription) => [subscription.contract.type, subscription]));
  return middy<SQSEvent, SQSBatchResponse>(settings)
    .use(warmUp())
    .handler(async (event) => {
      const groups = Object.values(Object.groupBy(event.Records, subjectOf));
      const failed = await Promise.all(groups.map((group) => handleInOrder(name, byType, deadLetters, group ?? [])));
      return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
    });
}

type ByType = ReadonlyMap<string, Subscription>;

/** A failed message holds up those after it of the same subject: their order is worth more than their speed. */
async function handleInOrder(
  name: string,
  byType: ByType,
  deadLetters: DeadLetters,
  records: readonly SQSRecord[],
): Promise<string[]> {
  for (const [index, record] of records.entries()) {
    const handled = await handleOne(name, byType, deadLetters, record);
    if (!handled) return records.slice(index).map((left) => left.messageId);
  }
  return [];
}

/** Whether the message is done with: handled, a repetition, or in the dead-letter queue. */
async function handleOne(name: string, byType: ByType, deadLetters: DeadLetters, record: SQSRecord): Promise<boolean> {
  const started = performance.now();
  let log = createLogger({ service: process.env['SERVICE_NAME'], sqsMessageId: record.messageId });
  const done = (outcome: string, operation: string) =>
    log.info(outcome, { ...metric(`${name}.${operation}`, outcome, performance.now() - started) });
  let operation = 'unknown';
  try {
    const { envelope, subscription } = open(record.body, byType);
    operation = subscription.contract.detailType;
    const call = callOf(envelope, { pk: `INBOX#${name}#${envelope.id}` });
    log = call.log;
    await subscription.handle(toMessage(envelope, subscription) as Message<never>, call);
    done('handled', operation);
    return true;
  } catch (error) {
    if (error instanceof AlreadyHandled) {
      done('duplicate', operation);
      return true;
    }
    log.error('message failed', { operation, error, receiveCount: record.attributes.ApproximateReceiveCount });
    const dead = await deadLetter(deadLetters, record, { consumer: name, error, final: error instanceof Poison });
    done(dead ? 'dead-lettered' : 'retry', operation);
    return dead;
  }
}

function open(body: string, byType: ByType): { envelope: Envelope; subscription: Subscription } {
  const { detail } = parse(BusEvent, json(body), 'event');
  const envelope = parse(Envelope, detail, 'envelope');
  const subscription = byType.get(envelope.type);
  if (subscription === undefined) {
    throw new Poison(`No handler here for ${envelope.type}; there are ${[...byType.keys()].join(', ')}`);
  }
  return { envelope, subscription };
}

function toMessage(envelope: Envelope, { contract, fields }: Subscription): Message<unknown> {
  const { id, subject, sequence, time, type } = envelope;
  return { id, subject, sequence, time, type, data: parse(partOf(contract, fields), envelope.data, 'data') };
}

/** Of a message only the fields that are used are checked, so that the rest may change freely. */
function partOf(contract: MessageContract, fields: readonly string[]): z.ZodMiniType {
  const schema = contract.schema as z.ZodMiniObject;
  let part = parts.get(contract.type + fields.join());
  if (part === undefined) {
    part = z.pick(schema, Object.fromEntries(fields.map((field) => [field, true as const])));
    parts.set(contract.type + fields.join(), part);
  }
  return part;
}
const parts = new Map<string, z.ZodMiniType>();

function parse<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || what}: ${issue.code}`);
  throw new Poison(`The ${what} breaks its contract: ${issues.join('; ')}`);
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Poison('The message is not JSON.', { cause: error });
  }
}

function subjectOf(record: SQSRecord): string {
  try {
    const { detail } = JSON.parse(record.body) as { detail?: { subject?: unknown } };
    return typeof detail?.subject === 'string' ? detail.subject : record.messageId;
  } catch {
    return record.messageId;
  }
}
