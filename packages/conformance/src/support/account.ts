import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, startLocal } from './local-process.ts';

/** An account of our own, empty, that ends with this process. */
export interface Account {
  readonly url: string;
  readonly connection: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  end(): Promise<void>;
}

/**
 * Starts an account as `npm run account` does, with a data folder that goes when it ends.
 * @param sdkV2 the folder of version 2 of the AWS SDK, where functions find it as in a runtime that brought it
 */
export async function startAccount(sdkV2?: string): Promise<Account> {
  const folder = mkdtempSync(join(tmpdir(), 'dure-conformance-'));
  // Functions find there what Lambda's runtime brings along: the AWS SDK.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const modules = join(folder, 'regions', 'node_modules');
  mkdirSync(modules, { recursive: true });
  if (sdkV2 !== undefined) symlinkSync(sdkV2, join(modules, 'aws-sdk'), 'junction');
  const { ready, end } = await startLocal<{ url: string }>('account', folder, join(folder, 'regions', 'data'));
  return {
    url: ready.url,
    connection: connectionTo(ready.url),
    async end() {
      await end();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

export const connectionTo = (endpoint: string): Account['connection'] => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
