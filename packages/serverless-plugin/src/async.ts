import { logicalId } from './names.ts';
import { deadLetterQueue, queueArn, sendStatement } from './queues.ts';
import type { FunctionConfig, Json, Resources, ServiceContext, Statement } from './types.ts';

/** The events that Lambda queues by itself and, after two more attempts, would drop. */
const ASYNCHRONOUS = ['schedule', 'eventBridge', 'sns', 's3', 'cloudwatchLog', 'iot'];

export interface AsyncExpansion {
  readonly resources: Resources;
  readonly destinations: Json;
  readonly statements: readonly Statement[];
}

/**
 * The dead-letter queue of a function that is invoked asynchronously, or nothing if it is not or names its own
 * `destinations`.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function expandAsync(
  context: ServiceContext,
  functionName: string,
  config: FunctionConfig,
): AsyncExpansion | undefined {
  const asynchronous = config.events?.some((event) => ASYNCHRONOUS.some((type) => type in event)) ?? false;
  if (!asynchronous || config.destinations !== undefined) return undefined;
  const deadLetters = logicalId(functionName, 'DeadLetterQueue');
  return {
    resources: { [deadLetters]: deadLetterQueue(context, functionName, 'dlq') },
    destinations: { onFailure: { type: 'sqs', arn: queueArn(deadLetters) } },
    statements: [sendStatement(deadLetters)],
  };
}
