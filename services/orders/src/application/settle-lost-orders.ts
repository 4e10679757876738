import type { Call } from '@dure/contracts/binding/call';
import { isOpen } from '../domain/order.ts';
import { isStuck, nextCheckAt, type Mode, recover } from '../domain/recovery.ts';
import type { EventStore, Loaded } from '../store/event-store.ts';
import type { Workflow } from '../workflow.ts';
import type { StoredWorkflow, WorkflowStore } from '../store/workflow-store.ts';
import { executionInput, executionName } from './start-workflow.ts';

export interface SettleDependencies {
  readonly orders: EventStore;
  readonly workflows: WorkflowStore;
  readonly workflow: Workflow;
}

const BATCH = 100;

/**
 * Finds open orders that have not moved for `afterSeconds`, and resumes those whose execution has ended or never began:
 * forward while that makes sense, otherwise back, so that money and stock end right. Orders that wait for their parcels
 * are checked less and less often.
 * @returns how many were resumed, and how many are stuck
 */
export async function settleLostOrders(
  dependencies: SettleDependencies,
  call: Call,
  afterSeconds: number,
): Promise<{ settled: number; stuck: number }> {
  const before = shift(call.time, -afterSeconds);
  const orderIds = await dependencies.workflows.listOpen(before, BATCH);
  const settled = await Promise.all(orderIds.map((orderId) => settle(dependencies, call, orderId, afterSeconds)));
  return { settled: settled.filter(Boolean).length, stuck: await dependencies.workflows.countStuck(BATCH) };
}

async function settle(dependencies: SettleDependencies, call: Call, orderId: string, afterSeconds: number) {
  const { orders, workflows, workflow } = dependencies;
  const stored = await workflows.load(orderId);
  const { attempts } = stored;
  const latest = await workflow.describe(executionName(orderId, attempts));
  // Read after the execution, so that it includes everything an ended execution did.
  const loaded = await orders.load(orderId);
  // What ended may have died before it said so.
  if (!isOpen(loaded.order)) return close(dependencies, orderId);
  const running = latest?.status === 'RUNNING';
  const moving = loaded.updatedAt >= shift(call.time, -afterSeconds);
  const mode =
    running || moving ? undefined : recover(loaded.order, stored, minutesBetween(loaded.placedAt, call.time));
  if (mode !== undefined) await resume(dependencies, call, loaded, { ...stored, mode, ended: latest !== undefined });
  const again = nextCheckAt(call.time, loaded.updatedAt, attempts);
  await workflows.postpone(orderId, shift(again, -afterSeconds), isStuck(attempts));
  return mode !== undefined;
}

async function close({ workflows }: SettleDependencies, orderId: string): Promise<false> {
  await workflows.close(orderId);
  return false;
}

interface Lost extends StoredWorkflow {
  readonly mode: Mode;
  /** Whether the latest execution exists and has ended. */
  readonly ended: boolean;
}

/**
 * Starts the next execution, or the latest one under its own name if it does not exist: its starter may only be late, and
 * two executions of one order would undo each other's work. It is started first and counted after: a sweep that dies in
 * between starts the same execution again, which is a no-op.
 */
async function resume(
  { workflows, workflow }: SettleDependencies,
  call: Call,
  loaded: Loaded,
  { mode, attempts, ending, ended }: Lost,
): Promise<void> {
  const { orderId } = loaded;
  const attempt = ended ? attempts + 1 : attempts;
  await workflow.start(executionName(orderId, attempt), executionInput(loaded, mode, call, ending));
  if (ended) await workflows.countAttempt(orderId, attempts);
  call.log.warn('a lost workflow was resumed', { orderId, mode, attempt });
}

const minutesBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 60_000;
const shift = (instant: string, seconds: number) => new Date(Date.parse(instant) + seconds * 1000).toISOString();
