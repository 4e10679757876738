import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cloudUnderTest } from '@dure/testing/connection';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { recordStage } from '../src/recorded-stage.ts';
import { openWatchedPage, type WatchedPage } from '../src/watched-page.ts';

const cloud = cloudUnderTest();
const DOCS = cloud.urlOf('registry', '/docs');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Ids of what axe finds in a page, without what the renderers draw. */
const FINDINGS = `axe.run({ exclude: ['#swagger-ui', '#asyncapi'] })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`;

let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  await recordStage(cloud);
  watched = await openWatchedPage(new URL(DOCS).origin);
  ({ page } = watched);
});

afterAll(() => watched?.close());

/** Opens a page and waits until the renderers and the registry have filled it. */
async function open(address: string): Promise<void> {
  const answer = await page.goto(address, { waitUntil: 'domcontentloaded' });
  expect(answer?.status()).toBe(200);
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  if ((await page.locator('#asyncapi').count()) > 0) await page.locator('#asyncapi .aui-root').waitFor();
}

const linksIn = (): Promise<string[]> =>
  page.$$eval('header a, main a', (links) => links.map((link) => (link as unknown as { href: string }).href));

describe('the documentation', () => {
  it.each(['en', 'ko'])(
    'has every page in %s, and none that asks another host or breaks its policy',
    async (language) => {
      await open(`${DOCS}?lang=${language}`);
      const seen = new Set<string>();
      const waiting = [DOCS];
      for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
        if (seen.has(address)) continue;
        seen.add(address);
        await open(address);
        const { lang, title, headings } = await page.evaluate<{ lang: string; title: string; headings: number }>(
          `({ lang: document.documentElement.lang, title: document.title, headings: document.querySelectorAll('header, nav, main > h1').length })`,
        );
        expect({ address, lang, headings }).toEqual({ address, lang: language, headings: 4 });
        expect(title).not.toBe('');
        const found = (await linksIn()).map((link) => link.replace(/[?#].*$/, ''));
        waiting.push(...found.filter((link) => link.startsWith(DOCS) && !link.endsWith('.json')));
      }
      expect(seen.size).toBeGreaterThan(40);
      expect(watched.complaints).toEqual([]);
    },
  );

  it.each(['', '/services/registry', '/bus', '/contracts', '/changes', '/problems', '/problems/not-found'])(
    'can be used by everyone: %s',
    async (path) => {
      await open(`${DOCS}${path}?lang=ko`);
      await page.evaluate(AXE);
      expect(await page.evaluate(FINDINGS)).toEqual([]);
      await page.keyboard.press('Tab');
      expect(await page.evaluate(`document.activeElement.getAttribute('href')`)).toBe('#content');
    },
  );

  it('remembers the language, and says it in its own', async () => {
    await open(DOCS);
    await page.click('nav.languages a[lang=ko]');
    await open(`${DOCS}/problems`);
    expect(await page.textContent('h1')).toBe('문제');
    await page.click('nav.languages a[lang=en]');
    await open(DOCS);
    expect(await page.textContent('h1')).toBe('Services');
  });

  it('shows what the registry knows as text', async () => {
    await open(`${DOCS}/contracts`);
    const row = page.locator('tr', { hasText: 'docspages/PageRead@1' });
    await row.locator('summary').click();
    await row.locator('li', { hasText: 'Team <b>Pages</b>' }).waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('would be found out if a page asked another host, or broke its policy', async () => {
    const other = await openWatchedPage(new URL(DOCS).origin);
    try {
      await other.page.goto(DOCS);
      await other.page.evaluate(`document.body.setAttribute('style', 'color: red')`);
      await other.page.goto('http://127.0.0.1:9/').catch(() => undefined);
      expect(other.complaints).toEqual([
        expect.stringMatching(/^error: .*Content Security Policy/),
        'request to http://127.0.0.1:9/',
      ]);
    } finally {
      await other.close();
    }
  });
});

describe('for machines', () => {
  it('the catalogue at the root leads to documents, pages and health that are there', async () => {
    const address = `${cloud.url}/.well-known/api-catalog`;
    const head = await fetch(address, { method: 'HEAD' });
    expect(head.headers.get('content-type')).toContain('application/linkset+json; profile=');
    const { linkset } = (await (await fetch(address)).json()) as { linkset: Record<string, { href: string }[]>[] };
    const [catalogue, ...apis] = linkset;
    expect(apis.map(({ anchor }) => anchor)).toEqual(catalogue?.['item']?.map(({ href }) => href));
    const links = apis.flatMap((api) => ['service-desc', 'service-doc', 'status'].flatMap((name) => api[name] ?? []));
    expect(links.length).toBeGreaterThan(0);
    const statuses = await Promise.all(links.map(async ({ href }) => `${(await fetch(href)).status} ${href}`));
    expect(statuses.filter((it) => !it.startsWith('200 '))).toEqual([]);
  });

  it.each(['/v1/releases/nobody/v1', '/v1/nothing', '/openapi/nobody.json'])(
    'a problem leads to its page: %s',
    async (path) => {
      const answer = await fetch(cloud.urlOf('registry', path));
      const { type } = (await answer.json()) as { type: string };
      const [, target = ''] = /<([^>]+)>; rel="help"/.exec(answer.headers.get('link') ?? '') ?? [];
      const page = await fetch(new URL(target, answer.url));
      expect(page.status).toBe(200);
      expect(await page.text()).toContain(`<code>${type}</code>`);
    },
  );
});
