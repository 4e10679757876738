import type { AwsEvent } from '../eventbridge/index.ts';
import { redriveOf } from './redrive.ts';
import type { ExecutionRow } from './store.ts';

/**
 * What Step Functions publishes when an execution starts and ends. Times in milliseconds since 1970.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function statusEvent(row: ExecutionRow): AwsEvent {
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [row.arn],
    detail: {
      executionArn: row.arn,
      stateMachineArn: row.machine_arn,
      name: row.name,
      status: row.status,
      startDate: row.started_at,
      stopDate: row.stopped_at,
      input: row.input,
      output: row.output,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatusReason: null,
      ...redriveOf(row),
      inputDetails: { included: true },
      outputDetails: row.output === null ? null : { included: true },
      error: row.error,
      cause: row.cause,
    },
  };
}
