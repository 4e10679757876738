import { startDynamoDb } from '@dure/local-cloud/services/dynamodb/start-dynamodb';

/** Jest's `globalSetup`: one DynamoDB for the whole run, named in `DURE_TEST_DYNAMODB_ENDPOINT`. */
export default async function globalSetup() {
  const dynamoDb = await startDynamoDb({
    log: (level, message) => (level === 'error' ? console.error(message) : undefined),
  });
  process.env.DURE_TEST_DYNAMODB_ENDPOINT = dynamoDb.endpoint;
  globalThis.dureTestDynamoDb = dynamoDb;
}
