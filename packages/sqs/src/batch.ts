import { AwsError } from '@dure/aws-protocols/aws-error';
import { isObject } from '@dure/local-http/json';
import type { Input } from './input.ts';
import { queryCodeOf, sqsError } from './sqs-error.ts';

const MAX_ENTRIES = 10;
const ID = /^[\w-]{1,80}$/;

interface Failure {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

/** A list without members is left out. */
export interface BatchResult {
  readonly Successful?: object[];
  readonly Failed?: Failure[];
}

/**
 * Carries out each entry by itself: one that is refused does not keep the others back.
 * @throws AwsError for a batch that is refused as a whole
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export function inBatch(input: Input, work: (entry: Input) => object | void): BatchResult {
  const Successful: object[] = [];
  const Failed: Failure[] = [];
  for (const entry of entriesOf(input)) {
    const Id = entry['Id'] as string;
    try {
      Successful.push({ Id, ...(work(entry) ?? {}) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: queryCodeOf(error.code), Message: error.message });
    }
  }
  return { ...(Successful.length > 0 && { Successful }), ...(Failed.length > 0 && { Failed }) };
}

/** @throws AwsError `EmptyBatchRequest` and the like */
export function entriesOf(input: Input): readonly Input[] {
  const entries: unknown = input['Entries'] ?? [];
  if (!Array.isArray(entries) || entries.length === 0 || !entries.every(isObject)) {
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAX_ENTRIES) {
    const reason = `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`;
    throw sqsError('TooManyEntriesInBatchRequest', reason);
  }
  const ids = new Set<unknown>();
  for (const { Id } of entries) {
    if (typeof Id !== 'string' || !ID.test(Id)) {
      const reason =
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
      throw sqsError('InvalidBatchEntryId', reason);
    }
    if (ids.has(Id)) throw sqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
  }
  return entries;
}
