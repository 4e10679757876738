import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REGION } from '../../shared/aws-environment.ts';
import { createAwsJsonClient } from '@dure/aws-protocols/aws-json-client';
import { checkFile } from '../../shared/sqlite.ts';
import type { CloudLog } from '../../shared/types.ts';
import { findBinary } from './dynoxide-binary.ts';
import { startExpiring } from './expire-items.ts';
import type { KeyTypes } from './key-operands.ts';
import { openKeyTypes } from './key-types.ts';
import { keepRunning } from './restart-emulator.ts';
import { openStreamStore } from './stream-store.ts';
import type { StreamWriteListener } from './stream-writes.ts';

export interface DynamoDbOptions {
  /** The folder that keeps the data; without one the data goes when the emulator stops. */
  readonly dataDir?: string;
  /** 0, the default, takes a free one at an address that nobody guesses; any other is one of 127.0.0.1. */
  readonly port?: number;
  readonly log: CloudLog;
}

/** A running DynamoDB. */
export interface DynamoDb {
  readonly endpoint: string;
  /** Of the emulator's process. Missing where the DynamoDB is not ours. */
  readonly pid?: () => number;
  stop(): Promise<void>;
  /** Drops the stream records up to a sequence number, by table name. Those of other tables stay. */
  trimStreamRecords(readUpTo: Readonly<Record<string, string>>): Promise<void>;
  /** Reports writes to streams as they happen. Missing where the DynamoDB is not ours: its streams must be polled. */
  readonly onStreamWrite?: (listener: StreamWriteListener) => () => void;
  /** The types of a table's or an index's keys. Missing where the DynamoDB is not ours. */
  readonly keyTypes?: (table: string, index?: string) => KeyTypes | undefined;
}

/**
 * Starts Dynoxide, a DynamoDB emulator on SQLite, as a child process that never outlives this one and is started again
 * when it ends; or, when
 * `DURE_DYNAMODB_ENDPOINT` names a running DynamoDB, uses that.
 * @throws Error that says what to do, when it cannot be installed or started
 */
export async function startDynamoDb({ dataDir, port = 0, log }: DynamoDbOptions): Promise<DynamoDb> {
  const named = process.env['DURE_DYNAMODB_ENDPOINT'];
  if (named !== undefined && named !== '') return useRunning(named);
  const binary = await findBinary(log);
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'dure-dynamodb-'));
  const clean = (): void => {
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await startOwn(binary, join(folder, 'dynamodb.sqlite'), port, log, clean);
  } catch (error) {
    clean();
    throw error;
  }
}

async function startOwn(
  binary: string,
  file: string,
  port: number,
  log: CloudLog,
  clean: () => void,
): Promise<DynamoDb> {
  checkFile(file);
  const emulator = await keepRunning(binary, file, log, port === 0 ? undefined : { host: '127.0.0.1', port });
  const store = openStreamStore(file);
  store.prepare();
  const requests = createAwsJsonClient({ endpoint: emulator.endpoint, region: REGION, service: 'DynamoDB_20120810' });
  const expiring = startExpiring(requests.request, store.database, log);
  return {
    endpoint: emulator.endpoint,
    pid: emulator.pid,
    async stop() {
      await expiring.stop();
      requests.close();
      store.close();
      await emulator.stop();
      clean();
    },
    async trimStreamRecords(readUpTo) {
      store.trim(readUpTo);
    },
    onStreamWrite: store.writes.listen,
    keyTypes: openKeyTypes(store.database),
  };
}

function useRunning(endpoint: string): DynamoDb {
  const nothing = async (): Promise<void> => undefined;
  return { endpoint, stop: nothing, trimStreamRecords: nothing };
}
