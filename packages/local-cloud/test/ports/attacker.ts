import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { launchBrowser } from '@dure/testing/browser';
import type { Browser, Page, Response } from 'playwright-core';

/** The names that lead to this machine in the browser alone, as an attacker's DNS would make them. */
const NAMES = ['evil.example', 'rebound.example'];
const RESOLVED = `--host-resolver-rules=${NAMES.map((name) => `MAP ${name} 127.0.0.1`).join(', ')}`;

/** What a browser let a page do: the status of the answer, where there was one, and what the page could read of it. */
export interface Outcome {
  readonly status: number | undefined;
  readonly readable: string | undefined;
}

export interface Attacker {
  /** Of a page on another port of `localhost`, and of those under foreign names. */
  readonly origins: readonly string[];
  /** Opens an empty page of this origin. */
  pageOf(origin: string): Promise<Page>;
  /** Opens this address itself, by a foreign name that leads to this machine; what it shows. */
  rebound(url: string): Promise<{ readonly status: number; readonly text: string }>;
  close(): Promise<void>;
}

/** @throws Error that says what to install when there is no browser */
export async function startAttacker(): Promise<Attacker> {
  const browser: Browser = await launchBrowser([RESOLVED]);
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Another site</title>');
  });
  const port = await listen(server);
  return {
    origins: [`http://localhost:${port}`, `http://evil.example:${port}`, `http://rebound.example:${port}`],
    pageOf: (origin) => openPage(browser, origin),
    async rebound(url) {
      const page = await browser.newPage();
      const { port: doorPort, pathname } = new URL(url);
      const response = await page.goto(`http://rebound.example:${doorPort}${pathname}`);
      const shown = { status: response?.status() ?? 0, text: (await response?.text()) ?? '' };
      await page.close();
      return shown;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Lets a page send this, and waits until the door has answered or the browser has refused to send it. */
export async function send(page: Page, url: string, init: RequestInit): Promise<Outcome> {
  let status: number | undefined;
  const note = (response: Response): void => {
    if (response.url() === url && response.request().method() !== 'OPTIONS') status = response.status();
  };
  page.on('response', note);
  const readable = await inPage<string | undefined>(page, 'send', url, init);
  // The page's own answer comes after the browser's word of it: a second round trip brings both.
  await page.evaluate('0');
  page.off('response', note);
  return { status, readable };
}

/**
 * Submits a form from another page of the same origin, which leaves for the answer, and answers with its status. A frame of
 * another site is a process of its own, whose first answer can come before playwright listens to it.
 */
export async function submitForm(page: Page, url: string, fields: Readonly<Record<string, string>>): Promise<number> {
  const leaving = await openPage(page.context().browser()!, page.url());
  const answered = leaving.waitForResponse((it) => it.url() === url);
  await inPage(leaving, 'submitForm', url, fields);
  const status = (await answered).status();
  await leaving.close();
  return status;
}

/** As long as a test may take: the machine may be busy. */
const TIMEOUT_MS = 120_000;

async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.addInitScript({ path: join(import.meta.dirname, 'in-page.js') });
  await page.goto(url);
  return page;
}

/** Whether a WebSocket opened. */
export const connects = (page: Page, url: string): Promise<boolean> => inPage(page, 'connects', url);

/** Whether an image or a stream of events told the page anything but an error. */
export const loads = (page: Page, url: string): Promise<boolean> => inPage(page, 'loads', url);

/** Calls one of the functions of in-page.js, in the page. */
function inPage<Result>(page: Page, name: string, ...parameters: unknown[]): Promise<Result> {
  return page.evaluate<Result>(`attack.${name}(${parameters.map((it) => JSON.stringify(it)).join(', ')})`);
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as { port: number }).port;
}
