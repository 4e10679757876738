export { dynamoDbResourceTypes } from './resource-types.ts';
export { type DynamoDb, type DynamoDbOptions, startDynamoDb } from './start-dynamodb.ts';
export { openStreamEnds } from './stream-ends.ts';
