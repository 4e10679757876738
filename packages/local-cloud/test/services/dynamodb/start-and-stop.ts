/** Run as a process of its own, with a temporary folder of its own: starts an emulator and stops it on a signal of its parent. */
import { startDynamoDb } from '../../../src/services/dynamodb/start-dynamodb.ts';

const dynamoDb = await startDynamoDb({ log: () => undefined });
process.once('message', () => void dynamoDb.stop().then(() => process.disconnect()));
process.send?.('started');
