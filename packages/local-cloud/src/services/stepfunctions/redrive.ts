import type { ExecutionRow } from './store.ts';

export interface Redrive {
  readonly redriveStatus: 'NOT_REDRIVABLE' | 'REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';
  readonly redriveStatusReason?: string;
}

/**
 * Whether AWS would redrive the execution. RedriveExecution itself is refused by name.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
 * @param isOfMapRun whether a distributed Map has started it
 */
export function redriveOf({ status }: Pick<ExecutionRow, 'status'>, isOfMapRun = false): Redrive {
  if (status === 'RUNNING' || status === 'SUCCEEDED') {
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: `Execution is ${status} and cannot be redriven` };
  }
  return { redriveStatus: isOfMapRun ? 'REDRIVABLE_BY_MAP_RUN' : 'REDRIVABLE' };
}
