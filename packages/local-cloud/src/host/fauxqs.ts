import { existsSync } from 'node:fs';
import { Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { type Callers, NOBODY_ELSE, signed } from '../doors/callers.ts';
import { openDatabase } from '../database.ts';
import { guardServers } from '../doors/others-servers.ts';

/** Starts SQS, SNS and S3 on a free port of this machine alone. */
export async function startQueues(
  dataDir: string,
  region: string,
  callers: Callers = NOBODY_ELSE,
): Promise<FauxqsServer> {
  releaseMessagesInFlight(dataDir);
  const options = { port: 0, dataDir, logger: false, defaultRegion: region, messageSpies: { bufferSize: 1 } };
  return onLoopback(() => withoutSync(() => guardServers(signed, () => startFauxqs(options), callers)));
}

/**
 * Makes messages visible again that were being handled when the local cloud ended: nobody holds their receipt handles
 * any more, and waiting for their visibility time-outs would only delay what goes on. Their receive count stays.
 */
function releaseMessagesInFlight(dataDir: string): void {
  const path = join(dataDir, 'fauxqs.db');
  if (!existsSync(path)) return;
  const database = openDatabase(path);
  try {
    database.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
  } finally {
    database.close();
  }
}

/** Fauxqs listens on all of the machine's addresses and has no option for it; nobody else is to read these queues. */
async function onLoopback<T>(start: () => Promise<T>): Promise<T> {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...parameters: unknown[]): Server {
    const [options, ...rest] = parameters;
    const everywhere = (options as { host?: string } | undefined)?.host === '0.0.0.0';
    const local = everywhere ? { ...(options as object), host: '127.0.0.1' } : options;
    return Reflect.apply(listen, this, [local, ...rest]) as Server;
  };
  try {
    return await start();
  } finally {
    Server.prototype.listen = listen;
  }
}

export interface SendOptions {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly messageGroupId?: string;
}

/**
 * Sends a message from within this process: a request through the SDK would take twenty times the CPU time.
 * @throws Error `QueueDoesNotExist`, or why the message is refused
 */
export function sendMessage(fauxqs: FauxqsServer, queueArn: string, body: string, options: SendOptions): void {
  const { attributes = {}, messageGroupId } = options;
  const name = queueArn.split(':').at(-1) ?? '';
  try {
    fauxqs.sendMessage(name, body, {
      ...(messageGroupId !== undefined && { messageGroupId }),
      messageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [key, { DataType: 'String', StringValue: value }]),
      ),
    });
  } catch (error) {
    if (!(error instanceof Error) || error.message !== `Queue '${name}' not found`) throw error;
    throw Object.assign(new Error('The specified queue does not exist.', { cause: error }), {
      code: 'QueueDoesNotExist',
    });
  }
}

const OPENING = 'PRAGMA journal_mode = WAL';

/**
 * Fauxqs opens its database before it first waits, and has no option for how: each message sent, received or deleted
 * would wait for the disk, 0.5 to 3 ms in which nothing else happens here. As in the other databases, a killed process
 * loses nothing; a machine that loses its power may lose the last moments.
 * @throws Error when a new version of fauxqs opens it in another way
 * Source: https://www.sqlite.org/pragma.html#pragma_synchronous
 */
function withoutSync<T>(open: () => T): T {
  const { exec } = DatabaseSync.prototype;
  let opened = false;
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
    opened ||= sql === OPENING;
    exec.call(this, sql === OPENING ? `${sql}; PRAGMA synchronous = NORMAL` : sql);
  };
  try {
    const result = open();
    if (!opened) throw new Error(`This version of fauxqs does not open its database with "${OPENING}".`);
    return result;
  } finally {
    DatabaseSync.prototype.exec = exec;
  }
}
