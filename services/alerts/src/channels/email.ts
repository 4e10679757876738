import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { ReadSettings } from '@dure/contracts/binding/settings';
import type { Channel } from '../application/tell.ts';
import { toEmail } from '../domain/email.ts';

/**
 * Tells by e-mail through SES, from `email-from` to all of `email-to`. SES knows no idempotency key.
 * Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export function emailChannel(settings: ReadSettings<'email-from' | 'email-to'>, stage: string): Channel {
  const ses = new SESv2Client({ maxAttempts: 2, requestHandler: answerWithin(5_000) });
  return {
    name: 'email',
    async tell(alert) {
      const { 'email-from': from, 'email-to': to } = await settings();
      if (from === undefined && to === undefined) return 'unconfigured';
      if (from === undefined || to === undefined) {
        throw new Error(`The parameter ${from === undefined ? 'email-from' : 'email-to'} is missing beside the other.`);
      }
      const { subject, text } = toEmail(alert, stage);
      const Charset = 'UTF-8';
      await ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: to.split(',').map((address) => address.trim()) },
          Content: {
            Simple: { Subject: { Data: subject, Charset }, Body: { Text: { Data: text, Charset } } },
          },
        }),
      );
      return 'told';
    },
  };
}
