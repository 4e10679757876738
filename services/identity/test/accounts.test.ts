import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTable } from '@dure/contracts/binding/table';
import { outboxOf, streamOf } from '@dure/testing/outbox';
import { describe, expect, it, jest } from '@jest/globals';
import { ask, form, tableName } from './support/service.ts';
import { stopClock } from './support/clock.ts';
import { commands, mailsTo, PARAMETER, sendMails, ssm, tokenTo } from './support/mails.ts';
import { cookieIn, enter, fieldsIn } from './support/browser.ts';

const { handler: pages } = await import('../src/pages/index.ts');
const { accounts, mailParts } = await import('../src/composition.ts');
const { sendAccountMail } = await import('../src/application/send-account-mail.ts');
const { sesMailer } = await import('../src/mailer.ts');
const { signIn } = await import('../src/application/sign-in.ts');
const { createAttempts } = await import('../src/store/attempts.ts');
const { createBounds } = await import('../src/store/bounds.ts');
const { createDevices } = await import('../src/store/devices.ts');
const { beginCall } = await import('@dure/contracts/binding/call');
const table = openTable(tableName);

const password = 'correct horse battery';
const newEmail = () => `${randomUUID()}@example.com`;
const korean = { 'accept-language': 'ko' };

const askFor = (kind: 'register' | 'forgot', email: string, more: { headers?: object; address?: string } = {}) =>
  enter(pages, { resource: `/account/${kind}`, address: randomUUID(), ...(more as object) }, { email });
/** With a form that was shown while the link was good. */
async function choose(token: string, chosen = password) {
  const page = await ask(pages, { resource: '/account/register' });
  const fields = { ...fieldsIn(page), token, password: chosen };
  return ask(pages, form('/account/password', fields, { cookie: cookieIn(page) }));
}
const show = (token: string) => ask(pages, { resource: '/account/password', query: { token } });

async function mailFor(kind: 'register' | 'forgot', email: string): Promise<string> {
  expect((await askFor(kind, email)).status).toBe(200);
  expect(await sendMails()).toBe(0);
  return tokenTo(email);
}

async function registered() {
  const email = newEmail();
  expect((await choose(await mailFor('register', email))).status).toBe(200);
  return email;
}

const bounds = createBounds(table);
const parts = { accounts, attempts: createAttempts(table), devices: createDevices(table), bounds };
const attempt = (email: string, given: string) =>
  signIn(parts, beginCall(), { email, password: given, address: '192.0.2.7' });
const eventsOf = async (email: string) => {
  const { id } = (await accounts.byEmail(beginCall(), email))!;
  const events = await outboxOf(table.client, tableName, id);
  return events.map(({ type, sequence, data }) => [type.split('.')[2], sequence, data['reason'] ?? data['by']]);
};

describe('a person registers', () => {
  it('by a link in a mail, and then signs in as a customer of their own', async () => {
    const email = newEmail();
    const token = await mailFor('register', email);
    expect(await attempt(email, password)).toBe('wrong');
    expect(mailsTo(email)).toHaveLength(1);
    expect((await choose(token)).text).toContain('Your password is set');
    expect(await attempt(email, password)).toMatchObject({
      email,
      roles: ['customer'],
      id: expect.stringMatching(/^c-/),
    });
    expect(await eventsOf(email)).toEqual([
      ['AccountRegistered', 1, 'person'],
      ['PasswordChanged', 2, 'first'],
    ]);
    expect((await show(token)).status).toBe(410);
  });

  it('in Korean, too', async () => {
    const email = newEmail();
    const page = await askFor('register', email, { headers: korean });
    expect(page.text).toContain('메일함을 확인해 주세요');
    await sendMails();
    expect(mailsTo(email)[0]!.subject).toBe('이메일 주소를 확인해 주세요');
  });

  it('and is not told on the page that there is such an account', async () => {
    const email = await registered();
    const [known, unknown] = [await askFor('register', email), await askFor('register', newEmail())];
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
    await sendMails();
    expect(mailsTo(email)[0]!.subject).toBe('You have an account already');
    expect(mailsTo(email)[0]!.text).not.toContain('token=');
    expect(await attempt(email, password)).toMatchObject({ email });
  });

  it('with the same address again before the link was followed, and the first link stays good', async () => {
    const email = newEmail();
    const [first, second] = [await mailFor('register', email), await mailFor('register', email)];
    expect(first).not.toBe(second);
    expect((await choose(first)).status).toBe(200);
    expect((await choose(second, 'another good password')).status).toBe(410);
    expect(await attempt(email, password)).toMatchObject({ email });
  });

  it('anew after a day without following the link', async () => {
    const email = newEmail();
    await mailFor('register', email);
    const tomorrow = { ...beginCall(), time: new Date(Date.now() + 86_401_000).toISOString() };
    expect(await accounts.byEmail(beginCall(), email)).toBeDefined();
    expect(await accounts.byEmail(tomorrow, email)).toBeUndefined();
    const { registered: made } = await import('../src/domain/account.ts');
    await accounts.register(tomorrow, made(`c-${randomUUID()}`, email, ['customer']), 'person');
    await expect(
      accounts.register(tomorrow, made(`c-${randomUUID()}`, email, ['customer']), 'person'),
    ).rejects.toMatchObject({ name: 'Conflict' });
  });

  it.each([
    '',
    'x',
    'a b@example.com',
    'a@b',
    'a@example.com\r\nBcc: b@example.com',
    `${'x'.repeat(250)}@example.com`,
    'kim@exämple.com',
    '김@example.com',
    'a@-b.com',
    'a..b@example.com',
  ])('not with what is no address by the contract, which could not show it: %j', async (email) => {
    expect((await askFor('register', email)).status).toBe(400);
  });

  it('not from another site', async () => {
    const resource = '/account/register';
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await enter(pages, { resource, headers }, { email: newEmail() })).status).toBe(403);
  });
});

describe('a password', () => {
  it.each([
    ['short', 'short one'],
    ['long', 'long '.repeat(30)],
    ['guessable', 'aaaaaaaaaaaaaaa'],
    ['guessable', '1234567890123'],
    ['guessable', 'qwertyuiop12'],
  ])('that is %s is not taken, and the link stays good', async (_why, weak) => {
    const token = await mailFor('register', newEmail());
    const { status, text } = await choose(token, weak);
    expect([status, text.includes('role="alert"'), text.includes(weak)]).toEqual([400, true, false]);
    expect(fieldsIn({ text })['token']).toBe(token);
    expect((await choose(token)).status).toBe(200);
  });

  it('is reset by a link: other links end, failures are forgotten, and the person is told', async () => {
    const email = await registered();
    stopClock();
    for (let count = 0; count < 6; count += 1) await attempt(email, 'wrong');
    expect(await attempt(email, password)).toEqual({ waitSeconds: 1 });
    jest.useRealTimers();
    const [first, second] = [await mailFor('forgot', email), await mailFor('forgot', email)];
    expect((await choose(second, 'another good password')).status).toBe(200);
    expect((await choose(first, 'a third good password')).status).toBe(410);
    expect(await attempt(email, 'another good password')).toMatchObject({ email });
    expect(await attempt(email, password)).toBe('wrong');
    expect(await eventsOf(email)).toContainEqual(['PasswordChanged', 3, 'reset']);
    await sendMails();
    expect(mailsTo(email)[0]!.subject).toBe('Your password was changed');
  });

  it('is chosen even where failed sign-ins cannot be forgotten', async () => {
    const email = newEmail();
    const token = await mailFor('register', email);
    const { choosePassword } = await import('../src/application/choose-password.ts');
    const { accountPageParts } = await import('../src/composition.ts');
    const attempts = { forgetAll: () => Promise.reject(new Error('DynamoDB is away.')) };
    jest.spyOn(process.stdout, 'write').mockReturnValueOnce(true);
    const choice = { token, password, language: 'en' } as const;
    expect(await choosePassword({ ...accountPageParts, attempts }, beginCall(), choice)).toMatchObject({ email });
    expect(await attempt(email, password)).toMatchObject({ email });
  });

  it('in letters that are typed in parts may be chosen, and signs its person in', async () => {
    const email = newEmail();
    const letters = '각난닫랄맘밥삿앙잦찿칵탙팦핳'.repeat(9).normalize('NFD');
    expect(letters.length).toBeGreaterThan(256);
    expect((await choose(await mailFor('register', email), letters)).status).toBe(200);
    const { isTooLong } = await import('../src/domain/new-password.ts');
    expect([isTooLong(letters), isTooLong('x'.repeat(129)), isTooLong('x'.repeat(9_999))]).toEqual([false, true, true]);
    expect(await attempt(email, letters.normalize('NFC'))).toMatchObject({ email });
  });

  it('is set once, however many use the link at once', async () => {
    const token = await mailFor('register', newEmail());
    const answers = await Promise.all(['one', 'two', 'three'].map((word) => choose(token, `${word} good password`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
  });

  it('of an address without an account is nobody’s to reset, and the page says the same', async () => {
    const [known, unknown] = [await registered(), newEmail()];
    expect((await askFor('forgot', unknown)).text).toBe((await askFor('forgot', known)).text);
    await sendMails();
    expect([mailsTo(unknown).length, mailsTo(known)[0]!.subject]).toEqual([0, 'Choose a new password']);
  });

  it.each(['', 'x', 'A'.repeat(43)])('is not set by a link that somebody made up: %j', async (token) => {
    expect((await show(token)).status).toBe(410);
  });
});

/** What sends by an SES that answers everything so. */
async function answeringSes(status: number, name: string, message: string) {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name });
    response.end(JSON.stringify({ message }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const before = process.env['AWS_ENDPOINT_URL_SESV2'];
  process.env['AWS_ENDPOINT_URL_SESV2'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const mail = sesMailer(() => Promise.resolve({ 'email-from': 'accounts@dure.example' }));
  const send: typeof mail = (to, content) =>
    mail(to, content).finally(() => void (process.env['AWS_ENDPOINT_URL_SESV2'] = before));
  return { send, close: () => new Promise((resolve) => server.close(resolve)) };
}

describe('a mail', () => {
  it('of one kind goes to one person three times an hour, whoever asks', async () => {
    const email = newEmail();
    for (let count = 0; count < 5; count += 1) expect((await askFor('register', email)).status).toBe(200);
    await mailFor('register', email.toUpperCase());
    expect(mailsTo(email)).toHaveLength(3);
  });

  it('for another password comes, however often somebody else has asked for an account', async () => {
    const email = await registered();
    for (let count = 0; count < 5; count += 1) await askFor('register', email);
    await mailFor('forgot', email);
    expect(mailsTo(email).map(({ subject }) => subject)).toContain('Choose a new password');
  });

  it('is asked for twenty times an hour from one address, for whomever', async () => {
    const address = randomUUID();
    const asked = Array.from({ length: 22 }, () => askFor('forgot', newEmail(), { address }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });

  it('goes to the address of the account, however somebody writes it who asks', async () => {
    const email = await registered();
    await askFor('forgot', email.toUpperCase());
    await askFor('register', email.toUpperCase());
    await sendMails();
    const subjects = mailsTo(email).map(({ to, subject }) => [...to, subject]);
    expect(subjects).toHaveLength(3);
    expect(subjects).toContainEqual([email, 'Choose a new password']);
    expect(subjects).toContainEqual([email, 'You have an account already']);
  });

  it('waits until it can be sent, and is not sent twice', async () => {
    const email = newEmail();
    await askFor('register', email);
    const [command] = (await commands()).slice(-1);
    await expect(sesMailer(() => Promise.resolve({}))(email, { subject: '', text: '' })).rejects.toThrow(
      PARAMETER.split('/')[4],
    );
    ssm.put(PARAMETER, 'accounts@dure.example');
    await sendMails();
    expect(await sendAccountMail(mailParts(), beginCall(), command!.subject)).toMatchObject({ outcome: 'none' });
    expect(mailsTo(email)).toHaveLength(1);
  });

  it.each([
    ['is not tried again where SES refuses it for good', 400, 'MessageRejected', { outcome: 'refused' }],
    ['is tried again where SES takes no mail now', 429, 'TooManyRequestsException', 'TooManyRequestsException'],
  ])('%s, and nobody writes down for whom it was', async (_, status, name, expected) => {
    const email = newEmail();
    await askFor('register', email);
    const [command] = (await commands()).slice(-1);
    const { send, close } = await answeringSes(status, name, `Email address is not verified: ${email}`);
    const written: string[] = [];
    process.env['LOG_LEVEL'] = 'info';
    const spy = jest.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
    const done = await sendAccountMail({ ...mailParts(), send }, beginCall(), command!.subject).catch(String);
    spy.mockRestore();
    process.env['LOG_LEVEL'] = 'error';
    await close();
    if (typeof expected === 'string') expect(done).toContain(expected);
    else expect(done).toMatchObject(expected);
    expect(`${JSON.stringify(done)}${written.join('')}`).not.toContain(email);
    expect(written.join('').includes(name)).toBe(typeof expected !== 'string');
  });

  it('leaves no address where it is noted that the request was handled', async () => {
    const email = newEmail();
    await mailFor('register', email);
    const { Items: items = [] } = await table.client.send(new ScanCommand({ TableName: tableName }));
    const withAddress = items.filter((item) => JSON.stringify(item).includes(email)).map(({ pk }) => String(pk));
    expect(withAddress).toEqual([expect.stringMatching(/^ACCOUNT#/)]);
  });

  it('leaves neither an address nor a link on the bus', async () => {
    const email = newEmail();
    const token = await mailFor('register', email);
    const outboxes = (await streamOf(table.client, tableName)).map(
      ({ dynamodb }) => dynamodb?.NewImage?.['outbox']?.S ?? '',
    );
    expect(outboxes.filter((outbox) => outbox.includes(email) || outbox.includes(token))).toEqual([]);
    expect(JSON.stringify(await streamOf(table.client, tableName))).not.toContain(token);
  });
});

const aMinute = { waitSeconds: 60 };

const epochOf = async (email: string) => (await accounts.byEmail(beginCall(), email))!.epoch;

describe('whoever tries passwords from many addresses', () => {
  const from = (email: string, given: string, device?: string, later = 0) =>
    signIn(
      parts,
      { ...beginCall(), time: new Date(Date.now() + later).toISOString() },
      { email, password: given, address: randomUUID(), device },
    );

  it('has thirty tries, then one a minute, and a known device does not wait', async () => {
    const email = await registered();
    const device = 'd'.repeat(43);
    await parts.devices.remember(beginCall(), { email, epoch: await epochOf(email) }, device);
    const tries = Array.from({ length: 40 }, () => from(email, 'wrong'));
    const results = await Promise.all(tries);
    expect(results.filter((result) => result === 'wrong')).toHaveLength(30);
    expect(await from(email, password)).toEqual(aMinute);
    expect(await from(email, password, 'e'.repeat(43))).toEqual(aMinute);
    expect(await from(email, password, device)).toMatchObject({ email });
    expect(await from(email, 'wrong', undefined, 61_000)).toBe('wrong');
    expect(await from(email, password, undefined, 62_000)).toEqual(aMinute);
  });

  it('is not who signs in often with the right one', async () => {
    const email = await registered();
    for (let count = 0; count < 32; count += 1) expect(await from(email, password)).toMatchObject({ email });
  });

  it('has no more with a device that another account knows', async () => {
    const [email, other] = [await registered(), await registered()];
    const device = 'f'.repeat(43);
    await parts.devices.remember(beginCall(), { email: other, epoch: await epochOf(email) }, device);
    await Promise.all(Array.from({ length: 30 }, () => from(email, 'wrong')));
    expect(await from(email, password, device)).toEqual(aMinute);
  });

  it('has thirty tries the next day again, and no more on a day with tries before it', async () => {
    const email = newEmail();
    const noon = Date.parse(`${new Date().toISOString().slice(0, 10)}T12:00:00.000Z`);
    for (const day of [1, 2]) {
      const call = { ...beginCall(), time: new Date(noon + day * 86_400_000).toISOString() };
      const counted = await Promise.all(Array.from({ length: 35 }, () => parts.attempts.countStranger(call, email)));
      expect(counted.filter((isFree) => isFree)).toHaveLength(30);
    }
  });

  it('waits for the rest of the hour, whoever tries one password with many accounts from one connection', async () => {
    const take: typeof bounds.take = (call, bound, whose) => {
      expect(bound).toMatchObject({ most: 100, per: 'hour' });
      return bounds.take(call, { ...bound, most: 5 }, whose);
    };
    const call = beginCall();
    const bounded = { ...parts, bounds: { ...bounds, take } };
    // Each with another address of one /64, which costs nothing.
    const spray = (index: number) =>
      signIn(bounded, call, { email: newEmail(), password, address: `2001:db8:7:7::${index + 1}` });
    const results = await Promise.all(Array.from({ length: 8 }, (_, index) => spray(index)));
    expect(results.filter((result) => result === 'wrong')).toHaveLength(5);
    const email = await registered();
    const right = { email, password, address: '2001:db8:7:7:ffff::1' };
    const { waitSeconds } = (await signIn(bounded, call, right)) as { waitSeconds: number };
    expect([waitSeconds > 0, waitSeconds <= 3_600]).toEqual([true, true]);
    for (let count = 0; count < 6; count += 1) {
      expect(await signIn(bounded, call, { ...right, address: '2001:db8:7:8::1' })).toMatchObject({ email });
    }
    const device = 'g'.repeat(43);
    await parts.devices.remember(call, { email, epoch: await epochOf(email) }, device);
    expect(await signIn(bounded, call, { ...right, device })).toMatchObject({ email });
  });
});

describe('a try that was not judged', () => {
  const address = '198.51.100.77';
  const few = (most: number): typeof bounds => ({
    ...bounds,
    take: (call, bound, whose) => bounds.take(call, { ...bound, most }, whose),
  });

  it('as strangers have had theirs, counts for no connection', async () => {
    const call = beginCall();
    const email = await registered();
    await Promise.all(Array.from({ length: 30 }, () => parts.attempts.countStranger(call, email)));
    const bounded = { ...parts, bounds: few(2) };
    for (let count = 0; count < 4; count += 1) {
      expect(await signIn(bounded, call, { email, password, address })).toEqual({ waitSeconds: 60 });
    }
    expect(await signIn(bounded, call, { email: newEmail(), password, address })).toBe('wrong');
  });

  it('as another came at the same moment, counts for nobody', async () => {
    const call = beginCall();
    const email = await registered();
    const attempts = { ...parts.attempts, count: () => Promise.resolve(false) };
    const bounded = { ...parts, attempts, bounds: few(2) };
    for (let count = 0; count < 40; count += 1) {
      expect(await signIn(bounded, call, { email, password, address: '198.51.100.78' })).toEqual({ waitSeconds: 1 });
    }
    const elsewhere = { email, password, address: '198.51.100.79' };
    expect(await signIn({ ...parts, bounds: few(2) }, call, elsewhere)).toMatchObject({ email });
  });
});

describe('a browser', () => {
  it('that chose a password is known to the account, and none from before is', async () => {
    const email = await registered();
    const before = 'h'.repeat(43);
    await parts.devices.remember(beginCall(), { email, epoch: await epochOf(email) }, before);
    expect(await parts.devices.isKnown(email, before, await epochOf(email))).toBe(true);
    const { headers } = await choose(await mailFor('forgot', email), 'another good password');
    const [device = ''] = /(?<=dure-device=)[\w-]{43}/.exec(headers['set-cookie']!) ?? [];
    const epoch = await epochOf(email);
    expect([
      await parts.devices.isKnown(email, before, epoch),
      await parts.devices.isKnown(email, device, epoch),
    ]).toEqual([...[false, true]]);
  });

  it('is known to nobody where there is no such account', async () => {
    const [email, device] = [newEmail(), 'i'.repeat(43)];
    expect(await parts.devices.isKnown(email, device, undefined)).toBe(false);
  });
});
