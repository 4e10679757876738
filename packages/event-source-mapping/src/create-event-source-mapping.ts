import { isKinesis, isQueue, validate, type EventSourceMappingConfig } from './config.ts';
import type { EventSourceMapping, EventSourceMappingDeps } from './mapping.ts';
import { createKinesisMapping } from './kinesis-mapping.ts';
import { createSqsMapping } from './sqs-mapping.ts';
import { createStreamMapping } from './stream-mapping.ts';

export type { EventSourceMappingConfig } from './config.ts';
export type { EventSourceMapping, EventSourceMappingDeps } from './mapping.ts';

/**
 * Delivers an SQS queue's messages or the records of a table's stream or a Kinesis stream to a function, as Lambda's event source mappings do.
 * @throws AwsError `InvalidParameterValueException` that names the property which is out of range or not supported
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
 */
export function createEventSourceMapping(
  config: EventSourceMappingConfig,
  deps: EventSourceMappingDeps,
): EventSourceMapping {
  validate(config);
  if (isKinesis(config)) return createKinesisMapping(config, deps);
  return isQueue(config) ? createSqsMapping(config, deps) : createStreamMapping(config, deps);
}
