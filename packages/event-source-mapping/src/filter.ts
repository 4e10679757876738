import { compilePattern } from '@dure/event-patterns';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { EventSourceMappingConfig } from './config.ts';

/**
 * The predicate of a mapping's filter criteria: any of the patterns matches. Without filters all records pass.
 * @throws AwsError `InvalidParameterValueException` for a pattern that is not valid
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export function createFilter(criteria: EventSourceMappingConfig['FilterCriteria']): (record: object) => boolean {
  const filters = (criteria?.Filters ?? []).map(({ Pattern }) => compile(Pattern));
  return (record) => filters.length === 0 || filters.some((matches) => matches(record));
}

function compile(pattern: string): (event: unknown) => boolean {
  try {
    return compilePattern(JSON.parse(pattern));
  } catch (error) {
    throw new AwsError(
      'InvalidParameterValueException',
      `FilterCriteria: ${pattern} is not a valid pattern: ${(error as Error).message}`,
    );
  }
}

/**
 * An SQS record as filters see it: a body that is a JSON object is matched by its fields, any other as plain text. A
 * pattern of the other kind then matches nothing, and the message is dropped.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function withParsedBody(record: { readonly body: string }): object {
  try {
    const body: unknown = JSON.parse(record.body);
    return typeof body === 'object' && body !== null ? { ...record, body } : record;
  } catch {
    return record;
  }
}
