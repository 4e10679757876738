import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand, type Target } from '@aws-sdk/client-eventbridge';
import { afterEach } from '@jest/globals';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import {
  createEventBridge,
  type EventBridge,
  type EventBridgeOptions,
} from '../../../src/services/eventbridge/index.ts';
import type { Delivery } from '../../../src/shared/types.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export interface Delivered {
  readonly arn: string;
  readonly input: string;
  readonly sqsMessageGroupId?: string;
  readonly trace?: string;
}
export interface DeadLetter {
  readonly queueArn: string;
  readonly body: string;
  readonly attributes: Record<string, string>;
}

/** An EventBridge of its own behind HTTP, with targets that note what they get. */
export interface TestBridge {
  readonly client: EventBridgeClient;
  readonly bridge: EventBridge;
  readonly database: DatabaseSync;
  readonly delivered: Delivered[];
  readonly deadLetters: DeadLetter[];
  readonly recorded: Delivery[];
  close(): Promise<void>;
}

export interface TestBridgeOptions extends Partial<Pick<EventBridgeOptions, 'now' | 'copies'>> {
  /** Which functions run; all by default. */
  readonly runs?: (functionArn: string) => boolean;
  /** A database file, to open the same one twice; in memory otherwise. */
  readonly file?: string;
  /** Stands before the target: what it rejects with is the delivery's failure. */
  readonly deliver?: (target: Delivered) => Promise<void>;
  readonly deadLetter?: (letter: DeadLetter) => Promise<void>;
}

const open = new Set<TestBridge>();
const folders: string[] = [];

afterEach(async () => {
  for (const bridge of open) await bridge.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dure-eventbridge-'));
  folders.push(folder);
  return join(folder, 'cloud.sqlite');
}

/** Started and ready; closed after the test by itself. */
export async function startBridge(options: TestBridgeOptions = {}): Promise<TestBridge> {
  const database = new DatabaseSync(options.file ?? ':memory:');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  const delivered: Delivered[] = [];
  const deadLetters: DeadLetter[] = [];
  const recorded: Delivery[] = [];
  const bridge = createEventBridge({
    database,
    accountId: ACCOUNT,
    region: REGION,
    async deliver(target) {
      await options.deliver?.(target);
      delivered.push(target);
    },
    async deadLetter(queueArn, body, attributes) {
      await options.deadLetter?.({ queueArn, body, attributes });
      deadLetters.push({ queueArn, body, attributes });
    },
    log: () => undefined,
    recordDelivery: (delivery) => recorded.push(delivery),
    now: options.now,
    copies: options.copies,
  });
  bridge.start(options.runs);
  const server = createAwsJsonServer({ AWSEvents: bridge.handle });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = clientOf(server);
  const running: TestBridge = {
    client,
    bridge,
    database,
    delivered,
    deadLetters,
    recorded,
    async close() {
      if (!open.delete(running)) return;
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await bridge.stop();
      database.close();
    },
  };
  open.add(running);
  return running;
}

function clientOf(server: Server): EventBridgeClient {
  const { port } = server.address() as AddressInfo;
  return new EventBridgeClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
export const busArn = (name: string): string => `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${name}`;
export const archiveArn = (name: string): string => `arn:aws:events:${REGION}:${ACCOUNT}:archive/${name}`;

export interface RuleOptions {
  readonly bus?: string;
  readonly pattern?: unknown;
  readonly target?: Partial<Target>;
}

/** A rule of this name with one target, the queue of this name if nothing else is said. Returns the rule's ARN. */
export async function putRule(client: EventBridgeClient, name: string, options: RuleOptions = {}): Promise<string> {
  const { bus, pattern = { source: [{ exists: true }] }, target } = options;
  const EventPattern = JSON.stringify(pattern);
  const { RuleArn } = await client.send(new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern }));
  const Targets = [{ Id: 'target', Arn: queueArn(name), ...target }];
  const { FailedEntryCount } = await client.send(new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets }));
  if (FailedEntryCount !== 0) throw new Error(`The target of rule ${name} was refused.`);
  return RuleArn ?? '';
}

/** Waits until the condition holds, or fails after the deadline. */
export async function eventually(condition: () => boolean, deadlineMs = 60_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Not within ${deadlineMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** One entry of PutEvents that every rule of `putRule` matches. */
export function entry(detail: unknown = { ok: true }, DetailType = 'Tested.v1') {
  return { Source: 'dure.test', DetailType, Detail: JSON.stringify(detail) };
}
