import { Poison } from '@dure/contracts/binding/message';
import { Instant, Uuid } from '@dure/contracts/values';
import * as z from 'zod/mini';
import type { Notification } from '../domain/alert.ts';

/** Source: https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html */
const SnsNotification = z.object({
  Type: z.literal('Notification'),
  MessageId: Uuid,
  Subject: z.optional(z.nullable(z.string())),
  Message: z.string(),
  Timestamp: Instant,
});

/** Parses the body of a message that SNS delivered to a subscriber's queue. @throws Poison when it is not a notification */
export function parseSnsNotification(body: string): Notification {
  const result = z.safeParse(SnsNotification, jsonOf(body));
  if (!result.success) {
    const issues = result.error.issues.map(({ path, code }) => `${path.join('.') || 'body'}: ${code}`);
    throw new Poison(`The message is not an SNS notification: ${issues.join('; ')}`);
  }
  const { MessageId: id, Subject: subject, Message: text, Timestamp: at } = result.data;
  return { id: id.toLowerCase(), at, subject: subject ?? undefined, message: jsonOf(text) ?? text };
}

/** Undefined when the text is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
