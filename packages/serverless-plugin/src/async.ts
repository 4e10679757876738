import { logicalId } from './names.ts';
import { deadLetterQueue, queueArn, queuePolicies, sendStatement } from './queues.ts';
import { ConfigurationError } from './types.ts';
import type { FunctionConfig, Resources, ServiceContext, Statement } from './types.ts';

/** The events that Lambda queues internally and drops after two retries. */
const ASYNCHRONOUS = ['schedule', 'eventBridge', 'sns', 's3', 'cloudwatchLog', 'iot'];

/** Lambda's maximum: after one minute, then two. */
const RETRIES = 2;
/** Long enough for a throttled hour; older invocations go to the dead-letter queue. */
const EVENT_AGE_SECONDS = 3600;

export interface AsyncExpansion {
  readonly resources: Resources;
  /** Properties of the function. */
  readonly config: Pick<FunctionConfig, 'destinations' | 'maximumRetryAttempts' | 'maximumEventAge'>;
  readonly statements: readonly Statement[];
}

/**
 * The settings of a function that is invoked asynchronously: limits of retries and age, and a dead-letter queue unless
 * it declares a destination for failures.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * @throws ConfigurationError if it declares destinations, but none for failures
 */
export function expandAsync(
  context: ServiceContext,
  functionName: string,
  config: FunctionConfig,
): AsyncExpansion | undefined {
  const isAsynchronous = config.events?.some((event) => ASYNCHRONOUS.some((type) => type in event)) ?? false;
  if (!isAsynchronous && config.calls === undefined) return undefined;
  const limits = {
    maximumRetryAttempts: config.maximumRetryAttempts ?? RETRIES,
    maximumEventAge: config.maximumEventAge ?? EVENT_AGE_SECONDS,
  };
  if (config.destinations !== undefined) {
    if ('onFailure' in config.destinations) return { resources: {}, config: limits, statements: [] };
    throw new ConfigurationError(
      `functions.${functionName}.destinations: a failed invocation would vanish; name "onFailure" too, or nothing.`,
    );
  }
  const deadLetters = logicalId(functionName, 'DeadLetterQueue');
  return {
    resources: {
      [deadLetters]: deadLetterQueue(context, [functionName, 'dlq']),
      ...queuePolicies([deadLetters], {}),
    },
    config: { ...limits, destinations: { onFailure: { type: 'sqs', arn: queueArn(deadLetters) } } },
    statements: [sendStatement(deadLetters)],
  };
}
