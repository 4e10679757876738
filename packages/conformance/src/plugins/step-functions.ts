import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { inTime } from '../examples/checks/in-time.ts';
import { outputOf } from '../examples/deployed.ts';
import { deploy } from '../examples/framework.ts';
import { type Account, connectionTo, startAccount } from '../support/account.ts';
import { installed } from '../support/installed.ts';
import { ROOT, startLocal } from '../support/local-process.ts';
import { markdownTable } from '../support/markdown-table.ts';

const PLUGIN = 'serverless-step-functions@3.31.2';
const SERVICE = join(import.meta.dirname, 'step-functions');

export interface Driven {
  readonly how: string;
  /** Undefined where the state machine does what it should. */
  readonly failure: string | undefined;
}

/**
 * A service of ours whose state machine the plugin makes of its serverless.yml: deployed to an account, and run by
 * `npm start`. Each time a request starts an execution, whose output is looked at.
 * @param work where the plugin is installed
 */
export async function driveStepFunctions(work: string): Promise<Driven[]> {
  const modules = join(await installed(PLUGIN, work), '..');
  const workspace = mkdtempSync(join(tmpdir(), 'dure-plugins-'));
  const service = join(workspace, 'services', 'greeter');
  cpSync(SERVICE, service, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(workspace, 'node_modules'), 'junction');
  symlinkSync(modules, join(service, 'node_modules'), 'junction');
  try {
    return [
      { how: 'deployed to the account', failure: await failureOf(() => deployed(service, work)) },
      { how: 'by `npm start`', failure: await failureOf(() => started(workspace)) },
    ];
  } finally {
    rmSync(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

const failureOf = (ask: () => Promise<string | undefined>): Promise<string | undefined> =>
  ask().catch((error: unknown) => (error as Error).message);

async function deployed(folder: string, work: string): Promise<string | undefined> {
  const account = await startAccount();
  try {
    const service = await deploy(folder, account, {}, work);
    return await greetingFailure(await outputOf(service, 'ServiceEndpoint'), service.connection);
  } finally {
    await account.end();
  }
}

interface Ready {
  readonly services: readonly { readonly url: string; readonly state: string; readonly reason?: string }[];
  readonly endpoints: Readonly<Record<string, string>>;
}

async function started(workspace: string): Promise<string | undefined> {
  const { ready, end } = await startLocal<Ready>('start', workspace, join(workspace, 'data'));
  try {
    const [{ url, state, reason } = { url: '', state: 'missing' }] = ready.services;
    if (state !== 'running') return reason ?? state;
    return await greetingFailure(url, connectionTo(ready.endpoints['Step Functions'] ?? ''));
  } finally {
    await end();
  }
}

/** Starts an execution by HTTP and waits for what it says. */
async function greetingFailure(address: string, connection: Account['connection']): Promise<string | undefined> {
  const response = await fetch(`${address}/greetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"Ann"}',
  });
  const text = await response.text();
  if (response.status !== 200) return `POST /greetings: ${response.status} ${text}`;
  const { executionArn } = JSON.parse(text) as { executionArn: string };
  const client = new SFNClient(connection);
  return inTime(async () => {
    const { status, output, cause = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return output === '{"text":"HELLO ANN"}' ? undefined : `The execution is ${status}: ${output ?? cause}`;
  });
}

/** One row for each way. */
export function pluginsSection(driven: readonly Driven[]): string {
  const rows = driven.map(({ how, failure }) => [how, failure === undefined ? 'works' : 'fails']);
  const failures = driven.flatMap(({ how, failure }) => (failure === undefined ? [] : [`- ${how}: ${failure}`]));
  const table = markdownTable([PLUGIN, 'result'], rows);
  return [table, ...(failures.length === 0 ? [] : [failures.join('\n')])].join('\n\n');
}
