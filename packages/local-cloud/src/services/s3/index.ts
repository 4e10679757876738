import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { join } from 'node:path';
import { startFauxqs } from 'fauxqs';
import { type Callers, NOBODY_ELSE, signed } from '@dure/local-http/access-rules';
import { guardServers } from '@dure/local-http/guard-servers';
import { uncheckedSignature } from '@dure/aws-protocols/unchecked-signature';
import { checkFile } from '../../shared/sqlite.ts';
import { createGuard } from './guard.ts';

export { s3ResourceTypes } from './resource-types.ts';

export interface S3 {
  /** Answers a request to S3. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Where fauxqs answers for STS. */
  readonly stsEndpoint: string;
  /** Nothing happens when it is there. */
  createBucket(name: string): void;
  bucketExists(name: string): Promise<boolean>;
  /** @throws Error when it is not empty. Nothing happens when there is none. */
  deleteBucket(name: string): Promise<void>;
  readObject(bucket: string, key: string): Promise<Buffer>;
  stop(): Promise<void>;
}

const DEADLINE_MS = 10_000;

/** Starts Simple Storage Service: fauxqs, on a free port of this machine alone, behind a guard. */
export async function startS3(dataDir: string, region: string, callers: Callers = NOBODY_ELSE): Promise<S3> {
  checkFile(join(dataDir, 'fauxqs.db'));
  const options = { port: 0, dataDir, logger: false, defaultRegion: region };
  const fauxqs = await onLoopback(() => guardServers(signed, () => startFauxqs(options), callers));
  const endpoint = `http://127.0.0.1:${fauxqs.port}`;
  const guard = createGuard(endpoint);
  const request = (path: string, method = 'GET'): Promise<Response> =>
    fetch(`${endpoint}${path}`, {
      method,
      headers: { authorization: uncheckedSignature('s3') },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  return {
    handle: guard.handle,
    stsEndpoint: endpoint,
    createBucket: (name) => void fauxqs.createBucket(name),
    bucketExists: async (name) => (await request(`/${name}`, 'HEAD')).ok,
    async deleteBucket(name) {
      const response = await request(`/${name}`, 'DELETE');
      if (!response.ok && response.status !== 404) throw new Error(messageOf(await response.text()));
    },
    async readObject(bucket, key) {
      const path = key.split('/').map(encodeURIComponent).join('/');
      const response = await request(`/${bucket}/${path}`);
      if (!response.ok) throw new Error(messageOf(await response.text()));
      return Buffer.from(await response.arrayBuffer());
    },
    async stop() {
      guard.stop();
      await fauxqs.stop();
    },
  };
}

const messageOf = (xml: string): string => /<Message>([^<]*)<\/Message>/.exec(xml)?.[1] ?? xml;

/** Fauxqs listens on all of the machine's addresses and has no option for it; nobody else is to read these objects. */
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
