import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { ReadSettings } from '@dure/contracts/binding/settings';
import type { SendMail } from './application/send-account-mail.ts';

/** Errors that SES answers on every attempt with the same mail. */
const FINAL = ['MessageRejected', 'BadRequestException'];

/**
 * Sends through SES from the address in the parameter `email-from`. Of what SES answers only the name is told, because its
 * sentences name the address.
 * @throws Error when the parameter is missing
 * Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export function sesMailer(settings: ReadSettings<'email-from'>): SendMail {
  const ses = new SESv2Client({ maxAttempts: 1, requestHandler: answerWithin(8_000) });
  return async (to, { subject, text }) => {
    const { 'email-from': from } = await settings();
    if (from === undefined) throw new Error('The parameter email-from is missing.');
    const content = (Data: string) => ({ Data, Charset: 'UTF-8' });
    try {
      await ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: content(subject), Body: { Text: content(text) } } },
        }),
      );
      return 'sent';
    } catch (error) {
      const { name, code = name } = error as Error & { readonly code?: string };
      return FINAL.includes(name) ? { refused: name } : { unavailable: code };
    }
  };
}
