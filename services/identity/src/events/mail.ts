import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { metric } from '@dure/contracts/binding/log';
import { on } from '@dure/contracts/binding/message';
import { SendAccountMail } from '@dure/contracts/identity';
import { sendAccountMail } from '../application/send-account-mail.ts';
import { mailParts } from '../composition.ts';

const parts = mailParts();

/** Mails people about their accounts. */
export const handler = consumer('mail', [
  on(consumes(SendAccountMail, ['requestId']), async ({ data }, call) => {
    const started = performance.now();
    const { kind, outcome } = await sendAccountMail(parts, call, data.requestId);
    call.log.info('mail', { ...metric('mail', outcome, performance.now() - started), kind });
  }),
]);
