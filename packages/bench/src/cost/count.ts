import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { nameOf, recorded } from '@dure/testing/journal';
import type { StockedProduct } from '@dure/testing/shop/shop';
import { functionsOf, functionsSince } from '../support/functions.ts';
import { inTurns, placeOne, type PlacedOrder, stockShop } from '../support/orders.ts';
import { sum } from '../support/statistics.ts';
import { startSystem, type System } from '../support/system.ts';
import type { Counts } from './bill.ts';
import { type Observed, startCountingProxy } from './counting-proxy.ts';

const PRELOAD = new URL('preload.mjs', import.meta.url);

/** They run once a minute without orders too, so they are not part of an order's cost. */
const scheduled = (functionName: string) => functionName.endsWith('-sweep');

/** A system whose functions' requests are counted, with a stocked shop and one order behind it. */
export interface CountedSystem {
  readonly system: System;
  readonly goods: readonly StockedProduct[];
  /** What the orders that `work` places make the functions do, until nothing is under way. */
  count(work: () => Promise<readonly PlacedOrder[]>): Promise<Counts>;
  stop(): Promise<void>;
}

/** `observe` sees each of the functions' requests to DynamoDB, once the system has started. */
export async function startCounted(observe?: (one: Observed, system: System) => Promise<void>): Promise<CountedSystem> {
  const started: System[] = [];
  const proxy = await startCountingProxy(async (one) => {
    for (const system of started) await observe?.(one, system);
  });
  const preload = `${PRELOAD.href}?proxy=${encodeURIComponent(proxy.url)}`;
  const system = await startSystem({ nodeOptions: ['--import', preload] });
  started.push(system);
  const goods = await stockShop(system.cloud);
  await placeOne(system.cloud, goods, 0);
  await system.idle();
  return {
    system,
    goods,
    async count(work) {
      proxy.take();
      const functions = await functionsOf(system.cloud);
      const logged = await loggedBytes(system);
      const orders = await work();
      await system.idle();
      const requests = proxy.take().filter(({ functionName }) => !scheduled(functionName));
      const invoked = (await functionsSince(system.cloud, functions)).filter(({ name }) => !scheduled(name));
      return {
        orders: orders.length,
        requests,
        functions: invoked,
        logBytes: (await loggedBytes(system)) - logged,
        transitions: await transitionsOf(system, orders),
        ...(await messagesOf(system, orders)),
      };
    },
    async stop() {
      await system.stop();
      proxy.stop();
    },
  };
}

/** What the local cloud adds to a line. CloudWatch Logs keeps the time beside it. */
const ADDED = ['time', 'function', 'requestId'];

/** Bytes that the functions, and Lambda for them, have logged so far. */
async function loggedBytes({ dataDir }: System): Promise<number> {
  const folder = join(dataDir, 'logs');
  const files = (await readdir(folder)).filter((name) => !NOT_OF_SERVICES.includes(name));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => !line.includes('"function":"sweep"'));
  return sum(lines.filter((line) => line !== '').map(bytesOf));
}

function bytesOf(line: string): number {
  const fields = Object.entries(JSON.parse(line) as object).filter(([name]) => !ADDED.includes(name));
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(fields)));
}

const NOT_OF_SERVICES = ['all.log', 'local-cloud.log'];

/**
 * Each time a step is executed is a transition, retries included.
 * Source: https://aws.amazon.com/step-functions/pricing/
 */
async function transitionsOf({ cloud, endpoints }: System, orders: readonly PlacedOrder[]): Promise<number> {
  const client = new SFNClient({
    region: 'us-east-1',
    endpoint: endpoints['Step Functions'],
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { stateMachines } = (await cloud.view('executions')) as { stateMachines: { stateMachineArn: string }[] };
  const arn = stateMachines[0]?.stateMachineArn.replace(':stateMachine:', ':execution:') ?? '';
  let transitions = 0;
  await inTurns(orders, async ({ orderId }) => {
    const { events = [] } = await client.send(
      new GetExecutionHistoryCommand({ executionArn: `${arn}:${orderId}`, maxResults: 1000 }),
    );
    transitions += events.filter(isTransition).length;
  });
  client.destroy();
  return transitions;
}

const isTransition = ({ type }: HistoryEvent) => type?.endsWith('StateEntered') ?? false;

/** The messages of these orders, from the journal. */
async function messagesOf({ cloud }: System, orders: readonly PlacedOrder[]) {
  const messages: string[] = [];
  let messageBytes = 0;
  await inTurns(orders, async ({ correlationId }) => {
    for (const message of await recorded(cloud, { correlationId })) {
      messages.push(nameOf(message));
      messageBytes += Buffer.byteLength(JSON.stringify(message));
    }
  });
  return { messages, messageBytes };
}
