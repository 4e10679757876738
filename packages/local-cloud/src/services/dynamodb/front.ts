import { Agent } from 'node:http';
import { forward } from '@dure/local-http/forward';
import { requestUrl } from '@dure/local-http/request-url';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsHandler } from '@dure/aws-protocols/aws-endpoint';
import { answerJson } from '@dure/aws-protocols/aws-json';
import { type AwsJsonRequest, createAwsJsonClient } from '@dure/aws-protocols/aws-json-client';
import { checkKeyOperands, type KeyTypes } from './key-operands.ts';
import { namesOnAws } from './names-on-aws.ts';
import type { DynamoDb } from './start-dynamodb.ts';
import { createStreams } from './streams.ts';
import { withoutUnchanged } from './unchanged-records.ts';

export interface DynamoDbFront {
  /** Answers as AWS does, where the emulator itself differs. */
  readonly handle: AwsHandler;
  /** Streams as they are read here: with the records of writes that change nothing, which move the position on. */
  readonly streams: AwsJsonRequest;
  stop(): void;
}

/** Actions whose answers name tables, indexes and streams. */
const NAMING = /^(Create|Delete|Describe|Update)Table$|^UpdateTimeToLive$|Tag|^ListTagsOfResource$/;

/**
 * What stands before the emulator for everybody but the functions of `npm start`, which ask it directly: reading, mending
 * and writing each answer costs more than the answer does. Puts and gets are passed on as they are.
 */
export function createDynamoDbFront(dynamodb: DynamoDb, region: string): DynamoDbFront {
  const { endpoint, keyTypes } = dynamodb;
  const agent = new Agent({ keepAlive: true });
  const tables = createAwsJsonClient({ endpoint, region, service: 'DynamoDB_20120810' });
  const emulated = createAwsJsonClient({ endpoint, region, service: 'DynamoDBStreams_20120810' });
  const streams = keyTypes === undefined ? emulated.request : createStreams(emulated.request, region);

  function check(query: Readonly<Record<string, unknown>>): void {
    const { TableName: table, IndexName: index } = query;
    const types: KeyTypes | undefined = keyTypes?.(String(table), index === undefined ? undefined : String(index));
    if (types !== undefined) checkKeyOperands(query, types);
  }

  return {
    streams,
    async handle(request, response) {
      const [service = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
      const answer = (act: (input: Record<string, unknown>) => Promise<unknown>): Promise<void> =>
        answerJson((_action, input) => asAws(act(input)), request, response);
      if (keyTypes === undefined) return forward(request, response, requestUrl(request, endpoint), agent);
      if (service.startsWith('DynamoDBStreams')) {
        return answer(async (input) => withoutUnchanged(await streams(action, input)));
      }
      if (action === 'Query') {
        return answer(async (input) => {
          check(input);
          return tables.request(action, input);
        });
      }
      if (NAMING.test(action)) {
        return answer(async (input) => withDefaults(namesOnAws(await tables.request(action, input), region)));
      }
      return forward(request, response, requestUrl(request, endpoint), agent);
    },
    stop() {
      agent.destroy();
      tables.close();
      emulated.close();
    },
  };
}

/** A table's description says whether it is protected, and the emulator's only where it is. */
function withDefaults(answer: unknown): unknown {
  const entries = Object.entries(answer as Readonly<Record<string, object>>).map(([name, value]) =>
    name === 'Table' || name === 'TableDescription'
      ? [name, { DeletionProtectionEnabled: false, ...value }]
      : [name, value],
  );
  return Object.fromEntries(entries);
}

/** An error of the emulator's, which has the name of AWS's. */
async function asAws(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AwsError) throw error;
    const { name, message } = error as Error;
    if (name === 'Error') throw new AwsError('ServiceUnavailable', message, 503);
    throw new AwsError(name, message, name.startsWith('Internal') ? 500 : 400);
  }
}
