import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';

/**
 * For the constructor of a stand-in plugin: the Serverless CLI compiles a validator of 8 MB for each run, a third of its
 * CPU time, and these tests have only what is valid.
 */
export const UNVALIDATED = 'serverless.configSchemaHandler.validateConfig = async () => {};';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder with these files by path, removed after the test file. */
export async function workspace(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'dure-deploy-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** A workspace with these services, which are otherwise empty. */
export function composed(compose: string, ...services: readonly string[]): Promise<string> {
  const empty = Object.fromEntries(services.map((name) => [`services/${name}/serverless.yml`, `service: ${name}\n`]));
  return workspace({ 'serverless-compose.yml': compose, ...empty });
}
