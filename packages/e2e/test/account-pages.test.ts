import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { RequestRefused } from '@dure/contracts/identity';
import { ListEvents } from '@dure/contracts/journal';
import { expectStatus } from '@dure/testing/cloud';
import { cloudUnderTest } from '@dure/testing/connection';
import { eventually } from '@dure/testing/eventually';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { codeRequest, issuerOf, linkIn, newEmail, PASSWORD, refreshed, type Tokens, tokensFor } from '../src/person.ts';
import { openWatchedPage, type WatchedPage } from '../src/watched-page.ts';

/** The pages of people, in a browser, by keyboard alone, on the narrowest screen that WCAG asks for (1.4.10). */

const cloud = cloudUnderTest();
const NARROW = { width: 320, height: 640 };
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FINDINGS = `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`;
const MOST_TABS = 40;

let issuer: string;
let watched: WatchedPage | undefined;

beforeAll(async () => void (issuer = await issuerOf(cloud)));
afterEach(async () => {
  await watched?.close();
  watched = undefined;
});

async function openIn(locale: string): Promise<Page> {
  watched = await openWatchedPage(new URL(issuer).origin, locale);
  await watched.page.setViewportSize(NARROW);
  return watched.page;
}

/** Moves by Tab to what matches, as somebody without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const there = `document.activeElement.matches(${JSON.stringify(selector)})`;
  for (let count = 0; count < MOST_TABS && !(await page.evaluate<boolean>(there)); count += 1) {
    await page.keyboard.press('Tab');
  }
  expect(await page.evaluate(`document.activeElement.outerHTML.slice(0, 200) + ${there}`)).toMatch(/true$/);
}

/** Everybody can use the page: in its language, on a narrow screen, and with a screen reader. */
async function isFit(page: Page, language: string, title: string): Promise<void> {
  await page.locator('h1', { hasText: title }).waitFor();
  await page.evaluate(AXE);
  const width = 'document.documentElement.scrollWidth';
  expect({
    findings: await page.evaluate(FINDINGS),
    language: await page.evaluate('document.documentElement.lang'),
    fits: await page.evaluate<boolean>(`${width} <= ${NARROW.width}`),
  }).toEqual({ findings: [], language, fits: true });
}

/** What has the focus is sent or followed, and another page is there. */
async function press(page: Page): Promise<void> {
  const another = page.waitForEvent('framenavigated');
  await page.keyboard.press('Enter');
  await another;
  await page.waitForLoadState('domcontentloaded');
}

/** Writes into the fields in order, from the first that is empty, and sends the form by Enter. */
async function enter(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    await tabTo(page, `#${name}`);
    await page.keyboard.type(value);
  }
  await press(page);
}

async function follow(page: Page, href: string): Promise<void> {
  await tabTo(page, `a[href$="${href}"]`);
  await press(page);
}

/** Signs in for the application, whose page is not there: the address is all that it needs. */
async function signInFor(page: Page, title: string, language: string, person: Record<string, string>): Promise<Tokens> {
  const request = codeRequest(issuer);
  await page.goto(request.url);
  await isFit(page, language, title);
  const sent = page.waitForRequest((it) => it.url().startsWith(request.redirectUri));
  await enter(page, person);
  return tokensFor(issuer, request, (await sent).url());
}

const LANGUAGES = [
  {
    ...{ locale: 'en-US', language: 'en', register: 'Create an account', mailed: 'Check your mailbox' },
    ...{ choose: 'Choose a password', chosen: 'Your password is set', signIn: 'Sign in' },
    ...{ sessions: 'Where you are signed in', endedOne: 'You are signed out there.', ended: 'You are signed out' },
    ...{ forgot: 'Forgot your password?', wrong: 'The e-mail address or the password is wrong.' },
    expired: 'The page was open for too long. Try again.',
  },
  {
    ...{ locale: 'ko-KR', language: 'ko', register: '계정 만들기', mailed: '메일함을 확인해 주세요' },
    ...{ choose: '비밀번호 정하기', chosen: '비밀번호를 정했습니다', signIn: '로그인' },
    ...{ sessions: '로그인된 곳', endedOne: '그곳에서 로그아웃했습니다.', ended: '로그아웃했습니다' },
    ...{ forgot: '비밀번호를 잊으셨나요?', wrong: '이메일 주소 또는 비밀번호가 올바르지 않습니다.' },
    expired: '페이지를 연 지 너무 오래되었습니다. 다시 시도해 주세요.',
  },
];

describe.each(LANGUAGES)('the pages of people in $language', (words) => {
  const { language } = words;

  it('lead from registration to the end of a session and another password', async () => {
    const page = await openIn(words.locale);
    const email = newEmail();
    const another = 'another good password';

    // A person asks for an account, and follows the link in the mail.
    await page.goto(codeRequest(issuer).url);
    await follow(page, 'register');
    await isFit(page, language, words.register);
    await enter(page, { email });
    await isFit(page, language, words.mailed);
    await page.goto(await linkIn(cloud, email));
    await isFit(page, language, words.choose);
    await enter(page, { password: PASSWORD });
    await isFit(page, language, words.chosen);

    // They sign in with the application twice, and see where.
    const first = await signInFor(page, words.signIn, language, { email, password: PASSWORD });
    const second = await signInFor(page, words.signIn, language, { email, password: PASSWORD });
    await page.goto(codeRequest(issuer).url);
    await follow(page, 'sessions');
    await isFit(page, language, words.signIn);
    await enter(page, { email, password: 'not the password' });
    await page.locator('[role=alert]', { hasText: words.wrong }).waitFor();
    await isFit(page, language, words.signIn);
    await enter(page, { password: PASSWORD });
    await isFit(page, language, words.sessions);
    expect(await page.locator('li h2').allTextContents()).toEqual([expect.anything(), 'Dure', 'Dure']);

    // The last of the list is the first that they began.
    await tabTo(page, 'li:last-child button');
    await press(page);
    await page.locator('[role=status]', { hasText: words.endedOne }).waitFor();
    await isFit(page, language, words.sessions);
    expect(await page.locator('li').count()).toBe(2);
    expect([await refreshed(issuer, first), await refreshed(issuer, second)]).toEqual([400, 200]);
    await tabTo(page, 'main > form button');
    await press(page);
    await isFit(page, language, words.ended);

    // They have forgotten the password, and choose another one.
    await follow(page, 'sign-in');
    await follow(page, 'forgot');
    await isFit(page, language, words.forgot);
    await enter(page, { email });
    await isFit(page, language, words.mailed);
    await page.goto(await linkIn(cloud, email, 1));
    await isFit(page, language, words.choose);
    await enter(page, { password: another });
    await isFit(page, language, words.chosen);
    await follow(page, 'sessions');
    await enter(page, { email, password: PASSWORD });
    await page.locator('[role=alert]', { hasText: words.wrong }).waitFor();
    await enter(page, { password: another });
    await isFit(page, language, words.sessions);
    expect(await page.locator('li').count()).toBe(1);

    // The application's address alone is elsewhere: the person is sent there with the code. A 401 is in the console.
    const harmless = [
      'request to http://127.0.0.1:4001/callback?',
      'error: Failed to load resource: the server responded with a status of 401',
    ];
    expect(watched?.complaints.filter((it) => !harmless.some((start) => it.startsWith(start)))).toEqual([]);
  }, 300_000);

  it.each(['/account/register', '/account/forgot', '/account/sign-in'])(
    'take no form that is not their own: %s',
    async (path) => {
      const page = await openIn(words.locale);
      await page.goto(`${issuer}${path}`);
      await page.evaluate(`document.querySelector('[name=form_token]').value = 'A'.repeat(43)`);
      const answer = page.waitForResponse((it) => it.request().method() === 'POST');
      await enter(page, path.endsWith('sign-in') ? { email: newEmail(), password: PASSWORD } : { email: newEmail() });
      expect((await answer).status()).toBe(403);
      await page.locator('[role=alert]', { hasText: words.expired }).waitFor();
    },
  );
});

it('a form from elsewhere is told in the audit', async () => {
  const from = new Date().toISOString();
  await eventually('The audit has it', async () => {
    // Told once a minute.
    const forged = await fetch(`${issuer}/account/sessions`, {
      method: 'POST',
      body: new URLSearchParams({ all: 'yes', form_token: 'A'.repeat(43) }),
    });
    expect(forged.status).toBe(403);
    const listed = await cloud.call(ListEvents, { query: { type: RequestRefused.type, from } });
    return expectStatus(listed, 200).body.items.some(
      ({ data }) => (data as { reason?: string }).reason === 'forged-form',
    );
  });
});
