import type { Call } from '@dure/contracts/binding/call';
import { isStuck, lookAgainAt, type Mode, recover } from '../domain/recovery.ts';
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
 * Finds orders with work left that nothing moved for `afterSeconds`, and takes up those whose execution has ended or
 * never began: forward while that makes sense, else back, so that money and stock end right. What waits for its
 * parcels is looked at ever less often. Answers how many were taken up, and how many it could not help so far.
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
  // Read after the execution: what that did before it ended is in it.
  const loaded = await orders.load(orderId);
  const running = latest?.status === 'RUNNING';
  const mode = running ? undefined : recover(loaded.order, stored, minutesBetween(loaded.placedAt, call.time));
  if (mode !== undefined) await takeUp(dependencies, call, loaded, { ...stored, mode, ended: latest !== undefined });
  const again = lookAgainAt(call.time, loaded.updatedAt, attempts);
  await workflows.postpone(orderId, shift(again, -afterSeconds), isStuck(attempts));
  return mode !== undefined;
}

interface Lost extends StoredWorkflow {
  readonly mode: Mode;
  /** Whether the latest execution was there and has ended. */
  readonly ended: boolean;
}

/**
 * Starts the next execution after the latest, or the latest by its own name where it is not there: whoever should have
 * started it may be late, and two executions of an order would undo one another's work. Started first and counted after:
 * a sweep that dies between starts the same execution again, which is a no-op.
 */
async function takeUp(
  { workflows, workflow }: SettleDependencies,
  call: Call,
  loaded: Loaded,
  { mode, attempts, ending, ended }: Lost,
): Promise<void> {
  const { orderId } = loaded;
  const attempt = ended ? attempts + 1 : attempts;
  await workflow.start(executionName(orderId, attempt), executionInput(loaded, mode, call, ending));
  if (ended) await workflows.countAttempt(orderId, attempts);
  call.log.warn('a lost workflow was taken up', { orderId, mode, attempt });
}

const minutesBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 60_000;
const shift = (instant: string, seconds: number) => new Date(Date.parse(instant) + seconds * 1000).toISOString();
