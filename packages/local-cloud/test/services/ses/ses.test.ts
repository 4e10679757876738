import { createServer, type Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import {
  BadRequestException,
  GetAccountCommand,
  SendEmailCommand,
  type SendEmailCommandInput,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openEmailStore } from '../../../src/services/ses/email-store.ts';
import { createEmailsApi } from '../../../src/services/ses/emails-page.ts';
import { createSes } from '../../../src/services/ses/index.ts';

const database = new DatabaseSync(':memory:');
const ses = createSes({ database });
const servers = [
  createServer((request, response) => void ses.handle(request, response)),
  createServer((request, response) => void createEmailsApi(ses.sent)(request, response)),
];
let client: SESv2Client;
let page: string;

beforeAll(async () => {
  const [endpoint = '', emails = ''] = await Promise.all(servers.map(listen));
  page = emails;
  client = new SESv2Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterAll(() => {
  client.destroy();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  database.close();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const mail = (changes: object = {}): SendEmailCommandInput => ({
  FromEmailAddress: 'Dure <alerts@dure.example>',
  Destination: { ToAddresses: ['ops@dure.example'] },
  Content: { Simple: { Subject: { Data: 'Alarm' }, Body: { Text: { Data: 'It is dark.' } } } },
  ...changes,
});
const simple = (changes: object) => ({
  Content: { Simple: { Subject: { Data: 'Alarm' }, Body: { Text: { Data: 'x' } }, ...changes } },
});

it('keeps a mail as it was sent, the latest first', async () => {
  const { MessageId: first } = await client.send(new SendEmailCommand(mail()));
  const Body = { Html: { Data: '<script>alert(1)</script><b>dark</b>' }, Text: { Data: 'dark' } };
  const { MessageId: second } = await client.send(
    new SendEmailCommand(
      mail({
        Destination: {
          ToAddresses: ['a@dure.example'],
          CcAddresses: ['b@dure.example'],
          BccAddresses: ['c@dure.example'],
        },
        ReplyToAddresses: ['desk@dure.example'],
        ...simple({ Body }),
      }),
    ),
  );
  expect(ses.sent({ limit: 10 })).toMatchObject([
    { id: second, to: ['a@dure.example'], cc: ['b@dure.example'], bcc: ['c@dure.example'], html: Body.Html.Data },
    { id: first, from: 'Dure <alerts@dure.example>', subject: 'Alarm', text: 'It is dark.' },
  ]);
  for (const to of ['a@dure.example', 'b@dure.example', 'c@dure.example']) {
    expect(ses.sent({ to, limit: 10 }).map(({ id }) => id)).toEqual([second]);
  }
});

it.each([
  ['no sender', { FromEmailAddress: undefined }, 'FromEmailAddress'],
  ['a sender that is not an address', { FromEmailAddress: 'alerts' }, '"alerts" is not an e-mail address'],
  ['nobody to send to', { Destination: {} }, 'at least one address'],
  [
    'an address with a line break',
    { Destination: { ToAddresses: ['a@b.example\nBcc: c@d.example'] } },
    'not an e-mail address',
  ],
  ['an address beyond ASCII', { Destination: { ToAddresses: ['두레@dure.example'] } }, 'not an e-mail address'],
  ['more than fifty', { Destination: { ToAddresses: Array.from({ length: 51 }, () => 'a@b.example') } }, '50'],
  ['a subject of two lines', simple({ Subject: { Data: 'a\nb' } }), 'line break'],
  ['no body', simple({ Body: {} }), 'Text or Html'],
  ['a template', { Content: { Template: { TemplateName: 'x' } } }, 'Template is not supported locally'],
  ['a configuration set', { ConfigurationSetName: 'x' }, 'ConfigurationSetName is not supported locally'],
])('refuses %s', async (_, changes, reason) => {
  const kept = ses.sent({ limit: 1000 }).length;
  const sending = client.send(new SendEmailCommand(mail(changes)));
  await expect(sending).rejects.toThrow(BadRequestException);
  await expect(sending).rejects.toThrow(reason);
  expect(ses.sent({ limit: 1000 })).toHaveLength(kept);
});

it('refuses an action that there is not, by its path', async () => {
  await expect(client.send(new GetAccountCommand({}))).rejects.toThrow('SES GET /v2/email/account is not supported');
});

it('keeps the latest, and finds them by whom they are to', () => {
  const store = openEmailStore(new DatabaseSync(':memory:'), 3);
  const { id: _id, sentAt: _at, ...email } = ses.sent({ limit: 1 })[0]!;
  for (const number of [1, 2, 3, 4, 5]) {
    store.keep(`mail-${number}`, { ...email, to: [`a${number % 2}@b.example`], cc: ['c@b.example'], bcc: [] });
  }
  const idsOf = (query: { to?: string; limit: number }) => store.list(query).map(({ id }) => id);
  expect(idsOf({ limit: 10 })).toEqual(['mail-5', 'mail-4', 'mail-3']);
  expect(idsOf({ limit: 2 })).toEqual(['mail-5', 'mail-4']);
  expect(idsOf({ to: 'a1@b.example', limit: 10 })).toEqual(['mail-5', 'mail-3']);
  expect(idsOf({ to: 'c@b.example', limit: 1 })).toEqual(['mail-5']);
  expect(idsOf({ to: 'nobody@b.example', limit: 10 })).toEqual([]);
});

it('is read as JSON by programs and as a page by people, in which no mail can run anything', async () => {
  await client.send(
    new SendEmailCommand(mail(simple({ Subject: { Data: '<b>&' }, Body: { Html: { Data: '"><script>' } } }))),
  );
  const { emails } = (await (await fetch(`${page}/_cloud/emails?limit=1`)).json()) as { emails: { subject: string }[] };
  expect(emails.map(({ subject }) => subject)).toEqual(['<b>&']);
  const response = await fetch(`${page}/_cloud/emails?limit=1`, { headers: { accept: 'text/html' } });
  const html = await response.text();
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(html).toContain('&#60;b&#62;&#38;');
  expect(html).not.toContain('<script>');
  expect(html).toContain('sandbox=""');
  expect((await fetch(`${page}/_cloud/emails`, { method: 'DELETE' })).status).toBe(405);
});
