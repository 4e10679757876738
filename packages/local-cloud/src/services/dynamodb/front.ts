import { Agent } from 'node:http';
import { forward } from '@dure/local-http/forward';
import { requestUrl } from '@dure/local-http/request-url';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsHandler } from '@dure/aws-protocols/aws-endpoint';
import { jsonIn, readBody } from '@dure/aws-protocols/aws-body';
import { answerJson } from '@dure/aws-protocols/aws-json';
import { type AwsJsonRequest, createAwsJsonClient } from '@dure/aws-protocols/aws-json-client';
import { checkRequest, type Input, inWordsOfAws, MENDED } from './as-on-aws.ts';
import { checkKeyOperands, type KeyTypes } from './key-operands.ts';
import { namesOnAws } from './names-on-aws.ts';
import type { DynamoDb } from './start-dynamodb.ts';
import { createStreams } from './streams.ts';
import { mayNameByArn, withGivenNames, withTableNames } from './table-arns.ts';
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

/** Actions whose answers, with all that their errors say, are the emulator's own. */
const PASSED_ON = new Set([
  ...['PutItem', 'GetItem', 'UpdateItem', 'DeleteItem', 'Scan', 'TransactGetItems', 'TransactWriteItems'],
  ...['ExecuteStatement', 'BatchExecuteStatement'],
]);
const NOTHING = Buffer.from('');

/** A request that is passed on, with tables by their names. @throws AwsError as `checkRequest` does */
function changed(action: string, input: Input): Buffer {
  checkRequest(action, input);
  return Buffer.from(JSON.stringify(withTableNames(input)));
}

/** An error of the emulator's, as AWS has it. */
async function asAws(action: string, answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof AwsError ? error : inWordsOfAws(action, error as Error);
  }
}

/**
 * What stands before the emulator for everybody but the functions of `npm start`, which ask it directly: reading, mending
 * and writing each answer costs more than the answer does. Puts and gets are passed on as they are, but for tables that are
 * named by their ARN.
 */
export function createDynamoDbFront(dynamodb: DynamoDb, region: string): DynamoDbFront {
  const { endpoint, keyTypes } = dynamodb;
  const agent = new Agent({ keepAlive: true });
  const tables = createAwsJsonClient({ endpoint, region, service: 'DynamoDB_20120810' });
  const emulated = createAwsJsonClient({ endpoint, region, service: 'DynamoDBStreams_20120810' });
  const streams = keyTypes === undefined ? emulated.request : createStreams(emulated.request, region, keyTypes);

  function check(query: Readonly<Record<string, unknown>>): void {
    const { TableName: table, IndexName: index } = query;
    const types: KeyTypes | undefined = keyTypes?.(String(table), index === undefined ? undefined : String(index));
    if (types !== undefined) checkKeyOperands(query, types);
  }

  async function ask(action: string, given: Record<string, unknown>): Promise<unknown> {
    checkRequest(action, given);
    const input = withTableNames(given);
    if (action === 'Query') check(input);
    const answer = await tables.request(action, input);
    const named = NAMING.test(action) ? namesOnAws(answer, region) : answer;
    return withGivenNames(MENDED[action]?.(named as Input, input) ?? named, given);
  }

  return {
    streams,
    async handle(request, response) {
      const [service = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
      const answer = (act: (input: Record<string, unknown>) => Promise<unknown>, body?: Buffer): Promise<void> =>
        answerJson((_action, input) => asAws(action, act(input)), request, response, body);
      const to = requestUrl(request, endpoint);
      if (keyTypes === undefined) return forward(request, response, to, agent);
      if (service.startsWith('DynamoDBStreams')) {
        return answer(async (input) => withoutUnchanged(await streams(action, input)));
      }
      if (!PASSED_ON.has(action)) return answer((input) => ask(action, input));
      try {
        const body = await readBody(request, response);
        const isPlain = action !== 'ExecuteStatement' && !mayNameByArn(body);
        forward(request, response, to, agent, isPlain ? body : changed(action, jsonIn(body)));
      } catch (error) {
        await answer(() => Promise.reject(error as Error), NOTHING);
      }
    },
    stop() {
      agent.destroy();
      tables.close();
      emulated.close();
    },
  };
}
