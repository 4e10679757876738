import { launchBrowser } from '@dure/testing/browser';
import type { Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  /** Requests to other origins, violations of a policy for content, errors and warnings: empty where all is well. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens a page in Chromium and notes what a page of this origin should not do. */
export async function openWatchedPage(origin: string, locale = 'en-US'): Promise<WatchedPage> {
  const browser = await launchBrowser();
  const page = await browser.newPage({ locale, viewport: { width: 1280, height: 900 } });
  const complaints: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith('data:') && new URL(url).origin !== origin) complaints.push(`request to ${url}`);
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints, close: () => browser.close() };
}
