import type { Call } from '@dure/contracts/call';
import type { WorkflowStore } from '../store/workflow-store.ts';

/** More than that makes no difference to who is told. */
const MOST = 100;

/** How many orders have work left that nothing has moved for `afterSeconds`, though the sweep takes them up: 100 at most. */
export async function countStuckOrders(workflows: WorkflowStore, call: Call, afterSeconds: number): Promise<number> {
  const before = new Date(Date.parse(call.time) - afterSeconds * 1000).toISOString();
  return (await workflows.listOpen(before, MOST)).length;
}
