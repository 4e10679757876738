import type { Call } from '@dure/contracts/call';
import { recover } from '../domain/recovery.ts';
import type { EventStore, Loaded } from '../store/event-store.ts';
import type { Workflow } from '../workflow.ts';
import type { WorkflowStore } from '../store/workflow-store.ts';
import { cancellationName, executionInput, recoveryName } from './start-workflow.ts';

export interface SettleDependencies {
  readonly orders: EventStore;
  readonly workflows: WorkflowStore;
  readonly workflow: Workflow;
}

const BATCH = 100;

/**
 * Finds orders with work left that nothing moved for `afterSeconds`, and takes up those whose execution has ended or
 * never began: forward while that makes sense, else back, so that money and stock end right.
 * Answers how many were taken up.
 */
export async function settleLostOrders(
  dependencies: SettleDependencies,
  call: Call,
  afterSeconds: number,
): Promise<number> {
  const before = new Date(Date.parse(call.time) - afterSeconds * 1000).toISOString();
  const orderIds = await dependencies.workflows.listOpen(before, BATCH);
  const settled = await Promise.all(orderIds.map((orderId) => settle(dependencies, call, orderId)));
  return settled.filter(Boolean).length;
}

async function settle({ orders, workflows, workflow }: SettleDependencies, call: Call, orderId: string) {
  const attempts = await workflows.attempts(orderId);
  const loaded = await orders.load(orderId);
  if (await isRunning(workflow, loaded, attempts)) return false;
  const mode = recover(loaded.order, attempts, minutesBetween(loaded.placedAt, call.time));
  if (mode === undefined) return false;
  // Started first and counted after: a sweep that dies between starts the same execution again, which is a no-op.
  await workflow.start(recoveryName(orderId, attempts + 1), executionInput(loaded, mode, call));
  await workflows.countAttempt(orderId, attempts);
  call.log.warn('a lost workflow was taken up', { orderId, mode, attempt: attempts + 1 });
  return true;
}

/** Whether any of the order's executions is under way. */
async function isRunning(workflow: Workflow, { orderId, order }: Loaded, attempts: number): Promise<boolean> {
  const cancelling = order.status === 'completed' && order.cancelling;
  const names = [orderId, recoveryName(orderId, attempts), ...(cancelling ? [cancellationName(orderId)] : [])];
  const found = await Promise.all(names.map((name) => workflow.describe(name)));
  return found.some((execution) => execution?.status === 'RUNNING');
}

const minutesBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 60_000;
