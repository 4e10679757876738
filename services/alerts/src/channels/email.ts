import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { ReadSettings } from '@dure/contracts/binding/settings';
import type { Channel } from '../application/deliver-alert.ts';
import { toEmail } from '../domain/alert-email.ts';

/**
 * Sends e-mail through SES, from `email-from` to the alert's owner, or to every address in `email-to`. SES has no idempotency key.
 * Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export function emailChannel(settings: ReadSettings<'email-from' | 'email-to'>, stage: string): Channel {
  const ses = new SESv2Client({ maxAttempts: 2, requestHandler: answerWithin(5_000) });
  return {
    name: 'email',
    async send(alert) {
      const { 'email-from': from, 'email-to': operators } = await settings();
      const to = alert.owner?.email === undefined ? operators?.split(',') : [alert.owner.email];
      if (alert.owner?.email !== undefined && from === undefined && operators === undefined) return 'unconfigured';
      if (from === undefined && to === undefined) return 'unconfigured';
      if (from === undefined || to === undefined) {
        throw new Error(
          `The parameter ${from === undefined ? 'email-from' : 'email-to'} is missing, but its counterpart is set.`,
        );
      }
      const { subject, text } = toEmail(alert, stage);
      const Charset = 'UTF-8';
      await ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: to.map((address) => address.trim()) },
          Content: {
            Simple: { Subject: { Data: subject, Charset }, Body: { Text: { Data: text, Charset } } },
          },
        }),
      );
      return 'sent';
    },
  };
}
