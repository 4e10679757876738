import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { SDK_V2, installed } from '../support/installed.ts';
import { type Account, startAccount } from '../support/account.ts';
import { markdownTable } from '../support/markdown-table.ts';
import { type Client, type Outcome, SERVICE_NAMES } from './driver.ts';
import { otherProcess } from './other-process.ts';
import { sdkV3 } from './v3.ts';

export interface Driven {
  readonly client: string;
  readonly outcomes: readonly Outcome[];
}

/**
 * Each client drives each service once.
 * @param work where version 2 is installed
 */
export async function driveClients(work: string): Promise<Driven[]> {
  requireBoto3();
  const sdkV2 = await installed(SDK_V2, work);
  const account = await startAccount();
  try {
    const driven: Driven[] = [];
    for (const [client, open] of Object.entries(CLIENTS)) {
      driven.push({ client, outcomes: await open(account, sdkV2).run() });
    }
    return driven;
  } finally {
    await account.end();
  }
}

const environmentOf = ({ url }: Account): Record<string, string> => ({
  ...{ AWS_ENDPOINT_URL: url, AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' },
  ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
});

const CLIENTS: Readonly<Record<string, (account: Account, sdkV2: string) => Client>> = {
  'AWS SDK for JavaScript 3': (account) => sdkV3(account),
  'AWS SDK for JavaScript 2': (account, sdkV2) =>
    otherProcess(process.execPath, [join(import.meta.dirname, 'v2-sender.cjs'), sdkV2], environmentOf(account)),
  boto3: (account) => otherProcess('python3', [join(import.meta.dirname, 'boto3-sender.py')], environmentOf(account)),
};

function requireBoto3(): void {
  try {
    execFileSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' });
  } catch {
    throw new Error('--clients needs Python with boto3: "python3 -c \'import boto3\'" fails. Install python3-boto3.');
  }
}

/** One row for each client: how many services it drives, and what fails. */
export function clientsSection(driven: readonly Driven[]): string {
  const rows = driven.map(({ client, outcomes }) => [
    client,
    `${outcomes.filter(({ failure }) => failure === undefined).length} of ${SERVICE_NAMES.length}`,
  ]);
  const failures = driven.flatMap(({ client, outcomes }) =>
    outcomes.flatMap(({ service, failure }) => (failure === undefined ? [] : [`- ${client}, ${service}: ${failure}`])),
  );
  return [markdownTable(['client', 'services'], rows), ...(failures.length === 0 ? [] : [failures.join('\n')])].join(
    '\n\n',
  );
}
