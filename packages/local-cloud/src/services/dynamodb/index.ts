export { createDynamoDbFront, type DynamoDbFront } from './front.ts';
export { dynamoDbResourceTypes } from './resource-types.ts';
export { type DynamoDb, type DynamoDbOptions, startDynamoDb } from './start-dynamodb.ts';
export { openStreamEnds } from './stream-ends.ts';
export { changesNothing } from './unchanged-records.ts';
