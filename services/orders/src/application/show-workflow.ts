import { type Step, stepsOf } from '../domain/steps.ts';
import type { Mode } from '../domain/recovery.ts';
import type { EventStore } from '../store/event-store.ts';
import type { Execution, Workflow } from '../workflow.ts';
import type { WorkflowStore } from '../store/workflow-store.ts';
import { executionName } from './start-workflow.ts';

export interface ShownExecution {
  readonly name: string;
  readonly mode: Mode;
  readonly status: Step['status'];
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  readonly steps: Step[];
}

/** Every execution of an order, oldest first; undefined when the order does not exist. */
export async function showWorkflow(
  orders: EventStore,
  workflows: WorkflowStore,
  workflow: Workflow,
  orderId: string,
): Promise<ShownExecution[] | undefined> {
  const loaded = await orders.load(orderId);
  if (loaded.sequence === 0) return undefined;
  const { attempts } = await workflows.load(orderId);
  const names = Array.from({ length: attempts + 1 }, (_, attempt) => executionName(orderId, attempt));
  const shown = await Promise.all(names.map((name) => show(workflow, name)));
  return shown
    .filter((execution) => execution !== undefined)
    .sort((one, other) => one.startedAt.localeCompare(other.startedAt));
}

async function show(workflow: Workflow, name: string): Promise<ShownExecution | undefined> {
  const execution = await workflow.describe(name);
  if (execution === undefined) return undefined;
  const { mode, startedAt, endedAt } = execution;
  return {
    name,
    mode,
    status: toStatus(execution),
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString(),
    durationMs: endedAt && endedAt.getTime() - startedAt.getTime(),
    steps: stepsOf(await workflow.history(name)),
  };
}

const toStatus = ({ status }: Execution) => status.toLowerCase().replace('_', '-') as Step['status'];
