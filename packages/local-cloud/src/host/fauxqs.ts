import { existsSync } from 'node:fs';
import { Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type FauxqsServer, startFauxqs } from 'fauxqs';

/** Starts SQS, SNS and S3 on a free port of this machine alone. */
export async function startQueues(dataDir: string, region: string): Promise<FauxqsServer> {
  releaseMessagesInFlight(dataDir);
  return onLoopback(() => startFauxqs({ port: 0, dataDir, logger: false, defaultRegion: region }));
}

/**
 * Makes messages visible again that were being handled when the local cloud ended: nobody holds their receipt handles
 * any more, and waiting for their visibility time-outs would only delay what goes on. Their receive count stays.
 */
function releaseMessagesInFlight(dataDir: string): void {
  const path = join(dataDir, 'fauxqs.db');
  if (!existsSync(path)) return;
  const database = new DatabaseSync(path);
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
