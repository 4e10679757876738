import { Agent } from 'node:http';
import type { Shortcut } from '@dure/lambda-runtime';
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
import { ARN_OF_DYNAMODB, mayNameByArn, withGivenNames, withTableNames } from './table-arns.ts';
import { withoutUnchanged } from './unchanged-records.ts';

export interface DynamoDbFront {
  /** Answers as AWS does, where the emulator itself differs. */
  readonly handle: AwsHandler;
  /** Streams as they are read here: with the records of writes that change nothing, which move the position on. */
  readonly streams: AwsJsonRequest;
  /** The way of requests that need not come by. Missing where none needs to: the DynamoDB is not ours. */
  readonly direct?: Omit<Shortcut, 'from'>;
  stop(): void;
}

/** Actions whose answers name tables, indexes and streams. */
const NAMING = /^(Create|Delete|Describe|Update)Table$|^UpdateTimeToLive$|Tag|^ListTagsOfResource$/;

/** Actions whose answers, with all that their errors say, are the emulator's own. */
const PASSED_ON = new Set([
  ...['PutItem', 'GetItem', 'UpdateItem', 'DeleteItem', 'Scan', 'Query', 'TransactGetItems', 'TransactWriteItems'],
  ...['ExecuteStatement', 'BatchExecuteStatement'],
]);
const NOTHING = Buffer.from('');

/** Those whose requests are looked into before they are passed on. */
const LOOKED_INTO = new Set(['Query', 'ExecuteStatement']);

/** Those of which nothing is changed, unless they name tables by ARN. */
const UNCHANGED = [...PASSED_ON].filter((action) => !LOOKED_INTO.has(action)).concat('BatchGetItem');

/** An error of the emulator's, as AWS has it. */
async function asAws(action: string, answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof AwsError ? error : inWordsOfAws(action, error as Error);
  }
}

/**
 * What stands before the emulator. Reads and writes are passed on as they are, but for tables that are named by their ARN; a
 * query only after its keys were checked. The way through it costs 0.65 ms of the main thread's CPU time a request, where the
 * client's own part is 1.2: the functions of `npm start` send what is passed on to the emulator itself.
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

  /** The body of a request that is passed on. @throws AwsError as `checkRequest` and `checkKeyOperands` do */
  function passedOn(action: string, body: Buffer): Buffer {
    const isByArn = mayNameByArn(body);
    if (!isByArn && !LOOKED_INTO.has(action)) return body;
    const given = jsonIn(body);
    checkRequest(action, given);
    const input = isByArn ? withTableNames(given) : given;
    if (action === 'Query') check(input);
    return isByArn ? Buffer.from(JSON.stringify(input)) : body;
  }

  async function ask(action: string, given: Record<string, unknown>): Promise<unknown> {
    checkRequest(action, given);
    const input = withTableNames(given);
    const answer = await tables.request(action, input);
    const named = NAMING.test(action) ? namesOnAws(answer, region) : answer;
    return withGivenNames(MENDED[action]?.(named as Input, input) ?? named, given);
  }

  return {
    streams,
    ...(keyTypes !== undefined && {
      direct: { to: endpoint, actions: UNCHANGED, queries: ['Query'], unless: ARN_OF_DYNAMODB },
    }),
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
        forward(request, response, to, agent, passedOn(action, body));
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
