import { randomBytes } from 'node:crypto';
import { startDynamoDb } from '@dure/local-cloud/services/dynamodb/start-dynamodb';

/** Jest's `globalSetup`: one DynamoDB for the whole run, named in `DURE_TEST_DYNAMODB_ENDPOINT`, and a key for cursors. */
export default async function globalSetup() {
  const dynamoDb = await startDynamoDb({
    log: (level, message) => (level === 'error' ? console.error(message) : undefined),
  });
  process.env.DURE_TEST_DYNAMODB_ENDPOINT = dynamoDb.endpoint;
  // For the lists of handlers that a test calls itself.
  process.env.CURSOR_KEYS = randomBytes(32).toString('hex');
  globalThis.dureTestDynamoDb = dynamoDb;
}
