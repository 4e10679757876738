/** Run as a process of its own: starts an emulator, prints its process id, and waits to be killed. */
import { findBinary } from '../../../src/services/dynamodb/dynoxide-binary.ts';
import { startEmulator } from '../../../src/services/dynamodb/emulator-process.ts';
import { join } from 'node:path';

const log = (): void => undefined;
const file = join(String(process.argv[2]), 'dynamodb.sqlite');
const { pid } = await startEmulator(await findBinary(log), file);
process.send?.({ pid });
setInterval(() => undefined, 60_000);
