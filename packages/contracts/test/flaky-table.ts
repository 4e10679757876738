import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../src/binding/table.ts';
import { type Answer, startAwsServer } from './aws-server.ts';

/** What becomes of a write: the answer of a DynamoDB that refuses it, or it is done and the answer is lost. */
type Failure = Answer | 'lose the answer';

export interface FlakyTable extends Table {
  /** The actions that were asked for, oldest first. */
  readonly actions: string[];
  /** What becomes of the next writes; those after them go through. */
  failures: Failure[];
}

/** A table whose writes fail on demand, in front of a real one. */
export async function openFlakyTable({ name, endpoint }: { name: string; endpoint: string }): Promise<FlakyTable> {
  const server = await startAwsServer(async (action, _, pass) => {
    table.actions.push(action);
    const failure = table.failures.shift();
    if (failure === undefined) return pass();
    if (failure !== 'lose the answer') return failure;
    await pass();
    return { status: 500, body: { __type: 'InternalServerError', Message: 'Lost.' } };
  }, endpoint);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: server, maxAttempts: 2 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const table: FlakyTable = { name, client, actions: [], failures: [] };
  return table;
}
