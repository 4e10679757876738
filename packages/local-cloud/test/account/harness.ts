import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';

const PACKAGE = join(import.meta.dirname, '..', '..');
const CLI = join(PACKAGE, 'src', 'cli', 'account.ts');
const WORKSPACE = join(PACKAGE, 'test', 'fixtures', 'workspace');
const START_DEADLINE_MS = 180_000;
const OPERATION_DEADLINE_MS = 120_000;

export interface RunningAccount {
  readonly url: string;
  readonly pid: number;
  readonly sandboxes: Readonly<Record<string, string>>;
  /** What each SDK client is made with. */
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Ends the process in the way given, and waits for that. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** A data folder of a test's own. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'dure-account-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }) };
}

/** Starts the account as `npm run account` does. Rejects with what it said when it ends before it is ready. */
export async function startAccountProcess(dataDir: string, ...options: string[]): Promise<RunningAccount> {
  const child = spawn(process.execPath, [CLI, '--json', '--port', '0', '--data', dataDir, ...options], {
    cwd: WORKSPACE,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_DEADLINE_MS);
  const { promise, resolve, reject } = Promise.withResolvers<Omit<RunningAccount, 'config' | 'end'>>();
  createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as RunningAccount));
  void ended.then(() => reject(new Error(errors)));
  const ready = await promise.finally(() => clearTimeout(deadline));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    ...ready,
    config: { endpoint: ready.url, region: 'us-east-1', credentials },
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

export interface Stacks {
  readonly client: CloudFormationClient;
  create(StackName: string, template: object, more?: Partial<CreateStackCommandInput>): Promise<Stack>;
  update(StackName: string, template: object): Promise<Stack>;
  delete(StackName: string): Promise<Stack>;
  /** The stack, once nothing is being done to it. */
  settled(StackName: string): Promise<Stack>;
  /** `logical id status`, oldest first, with the reason where there is one. */
  events(StackName: string): Promise<string[]>;
}

/** CloudFormation's operations, each to its end. */
export function openStacks(config: RunningAccount['config']): Stacks {
  const client = new CloudFormationClient(config);

  async function settled(StackName: string): Promise<Stack> {
    const deadline = Date.now() + OPERATION_DEADLINE_MS;
    for (;;) {
      const [stack] = (await client.send(new DescribeStacksCommand({ StackName }))).Stacks ?? [];
      if (stack?.StackStatus?.endsWith('_IN_PROGRESS') === false) return stack;
      if (Date.now() > deadline) throw new Error(`${StackName} is still ${stack?.StackStatus}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  return {
    client,
    settled,
    async create(StackName, template, more = {}) {
      const TemplateBody = JSON.stringify(template);
      await client.send(new CreateStackCommand({ StackName, TemplateBody, ...more }));
      return settled(StackName);
    },
    async update(StackName, template) {
      await client.send(new UpdateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
      return settled(StackName);
    },
    async delete(StackName) {
      const [{ StackId = '' } = {}] = (await client.send(new DescribeStacksCommand({ StackName }))).Stacks ?? [];
      await client.send(new DeleteStackCommand({ StackName }));
      return settled(StackId);
    },
    async events(StackName) {
      const { StackEvents: events = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
      return events
        .map(({ LogicalResourceId: id, ResourceStatus: status, ResourceStatusReason: reason }) =>
          [id, status, ...(reason === undefined || reason === 'User Initiated' ? [] : [reason])].join(' '),
        )
        .reverse();
    },
  };
}

export const queue = (properties: object = {}, more: object = {}): object => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
  ...more,
});

export const parameter = (Name: string, Value: unknown): object => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Type: 'String', Value },
});

/** A function from source text, with a role. */
export const lambda = (source: string, properties: object = {}): object => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { ZipFile: source },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: 'arn:aws:iam::000000000000:role/none',
    ...properties,
  },
});
