import { SendAccountMail } from '@dure/contracts/identity';
import { openTable } from '@dure/contracts/binding/table';
import { startTestAws } from '@dure/testing/aws';
import { busRecord, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { streamOf } from '@dure/testing/outbox';
import { tableName } from './service.ts';

/** The service's mails, with a Parameter Store and an SES. */

const aws = await startTestAws();
export const { ses, ssm } = aws;
Object.assign(process.env, {
  QUEUE_URL: 'http://127.0.0.1:9/none',
  QUEUE_DLQ_URL: 'http://127.0.0.1:9/none',
  MAX_RECEIVES: '5',
});
export const PARAMETER = '/dure/test/identity/email-from';
ssm.put(PARAMETER, 'accounts@dure.example');

const { client } = openTable(tableName);
const { handler } = await import('../../src/events/mail.ts');

/** The messages that the service has committed to send to itself, oldest first. */
export async function commands() {
  const records = await streamOf(client, tableName);
  const outboxes = records.flatMap(({ dynamodb }) => dynamodb?.NewImage?.['outbox']?.S ?? []);
  return outboxes
    .flatMap((outbox) => JSON.parse(outbox) as { id: string; type: string; subject: string; data: object }[])
    .filter(({ type }) => type === SendAccountMail.type);
}

const done = new Set<string>();

/** Does what is asked for on the bus. Resolves to how many messages failed, which stay to be tried again. */
export async function sendMails(): Promise<number> {
  const open = (await commands()).filter(({ id }) => !done.has(id));
  const records = open.map(({ id, subject, data }) => busRecord({ contract: SendAccountMail, subject, data, id }));
  const failures = (await handler(sqsEvent(...records), lambdaContext))!.batchItemFailures.map(
    (it) => it.itemIdentifier,
  );
  records.forEach(({ messageId }, place) => void (failures.includes(messageId) || done.add(open[place]!.id)));
  return failures.length;
}

export const mailsTo = (to: string) => ses.sent({ to, limit: 20 });

/** The token in the link of the latest mail to somebody. */
export const tokenTo = (to: string): string => /token=([\w-]+)/.exec(mailsTo(to)[0]?.text ?? '')?.[1] ?? '';
