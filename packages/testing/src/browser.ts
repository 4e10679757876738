import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** A browser that asks nobody anything by itself. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-quic',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts the system's Chromium without a window.
 * @param flags of Chromium, besides the usual ones
 * @throws Error that says what to install when there is no browser
 */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(`There is no browser at ${EXECUTABLE}. Install one: apt-get update && apt-get install -y chromium`);
  }
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args: [...FLAGS, ...flags] });
}
