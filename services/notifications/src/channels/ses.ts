import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { ReadSettings } from '@dure/contracts/binding/settings';
import type { Attempt, SendMail } from '../application/send-order-mail.ts';

/** Errors that SES returns on every attempt. */
const FINAL = ['MessageRejected', 'BadRequestException'];
/** The connection failed, so nothing was accepted. */
const UNREACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/**
 * Sends through SES from the address in the parameter `email-from`. Makes one attempt: if the SDK repeated an unanswered
 * request, the customer could get a second mail. The tag `notification` appears in SES's events of the mail.
 * Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export function createSendMail(settings: ReadSettings<'email-from'>): SendMail {
  const ses = new SESv2Client({ maxAttempts: 1, requestHandler: answerWithin(8_000) });
  return async (to, { subject, text, html }, id) => {
    const { 'email-from': from } = await settings();
    if (from === undefined) {
      return { outcome: 'unavailable', error: new Error('The parameter email-from is missing.') };
    }
    const content = (Data: string) => ({ Data, Charset: 'UTF-8' });
    try {
      await ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: content(subject), Body: { Text: content(text), Html: content(html) } } },
          EmailTags: [{ Name: 'notification', Value: id }],
        }),
      );
      return { outcome: 'sent' };
    } catch (error) {
      return failedAttempt(error as SdkError);
    }
  };
}

interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function failedAttempt(error: SdkError): Attempt {
  if (FINAL.includes(error.name)) return { outcome: 'refused', error };
  const answered = error.$metadata?.httpStatusCode !== undefined;
  return { outcome: answered || UNREACHED.includes(error.code ?? '') ? 'unavailable' : 'unanswered', error };
}
