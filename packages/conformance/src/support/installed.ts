import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run-command.ts';

/** The last release of the AWS SDK for JavaScript 2. */
export const SDK_V2 = 'aws-sdk@2.1693.0';
const INSTALL_DEADLINE_MS = 300_000;

/** What is being installed, by its place. */
const installing = new Map<string, Promise<void>>();

/**
 * Installs a package that only this command needs, without install scripts, unless it is there.
 * @param release with its exact version: `aws-sdk@2.1693.0`
 * @param folder where each release has a folder of its own, kept for the next run
 * @returns the folder of the package
 */
export async function installed(release: string, folder: string): Promise<string> {
  const place = join(folder, release);
  if (!installing.has(place)) installing.set(place, existsSync(place) ? Promise.resolve() : install(release, place));
  await installing.get(place);
  return join(place, 'node_modules', release.slice(0, release.lastIndexOf('@')));
}

async function install(release: string, place: string): Promise<void> {
  const partial = `${place}.partial`;
  mkdirSync(partial, { recursive: true });
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefix', partial];
  await run('npm', ['install', ...options, release], { cwd: partial, deadlineMs: INSTALL_DEADLINE_MS });
  renameSync(partial, place);
}
