import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { errorAnswer, send } from './answer.ts';
import { openBodies } from './bodies.ts';
import { openBucketStore } from './bucket-store.ts';
import { bucketOperations, createBucket, deleteBucket, type NewBucket, setVersioning } from './bucket-operations.ts';
import { admits, corsHeaders, preflight } from './cors.ts';
import { type FunctionNotification, withFunctions } from './function-notifications.ts';
import { deleteOperations } from './delete-objects.ts';
import { listOperations } from './list-objects.ts';
import { multipartOperations } from './multipart.ts';
import { objectLockOperations, saveLockConfiguration } from './object-lock.ts';
import { objectOperations } from './object-operations.ts';
import { postOperations } from './post-object.ts';
import { checkPresigned, isSignedByVersion2 } from './presigned.ts';
import { readOperations } from './read-object.ts';
import { runLifecycles } from './run-lifecycles.ts';
import { S3Error } from './s3-error.ts';
import { parseRequest, type S3Request } from './s3-request.ts';
import { createTables } from './schema.ts';
import { savePolicy, saveSetting, settingOperations } from './settings.ts';
import { type Notification, type Operations, requireBucket, requireVersion, type Store } from './store.ts';
import { operationOf } from './supported.ts';
import { NOTIFICATION } from './tell.ts';
import { openUploadStore } from './upload-store.ts';
import { openVersionStore } from './version-store.ts';
import { writeOperations } from './write-object.ts';

export { S3Error } from './s3-error.ts';
export type { FunctionNotification } from './function-notifications.ts';
export type { Notification } from './store.ts';
export { document as xmlDocument } from './xml.ts';

export interface S3StoreOptions {
  readonly database: DatabaseSync;
  /** Where bodies of objects are kept. It has nothing else. */
  readonly folder: string;
  readonly region: string;
  readonly accountId: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Runs synchronous work in one transaction of the database; within another one it is a part of that. */
  readonly atomically: <T>(work: () => T) => T;
  /** Sends a bucket's notification. Called within the transaction of the change. */
  readonly notify?: (notification: Notification) => void;
}

export interface S3Store {
  /** Answers a request of S3's protocol. Its signature is for the caller to check. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Whether the CORS configuration of the bucket lets a page of the request's origin send it, or ask leave for it. */
  admits(request: IncomingMessage): boolean;
  /** Nothing happens when it is there. @throws S3Error `InvalidBucketName` */
  createBucket(name: string, more?: NewBucket): void;
  bucketExists(name: string): boolean;
  /** @throws S3Error `BucketNotEmpty`. Nothing happens when there is none. */
  deleteBucket(name: string): void;
  setVersioning(bucket: string, status: 'Enabled' | 'Suspended'): void;
  /**
   * @param name of the sub-resource: `cors`, `lifecycle`, `policy`, `object-lock` …
   * @param document undefined removes it
   * @throws S3Error
   */
  putSetting(bucket: string, name: string, document: string | undefined): void;
  /** Puts functions in the place of those whose notifications have ids of this prefix and a digest. @throws S3Error */
  putFunctionNotifications(bucket: string, idPrefix: string, functions: readonly FunctionNotification[]): void;
  /** Does what the buckets' life cycles say is due. For the caller to call now and then. */
  runLifecycles(): void;
  /** @throws S3Error `NoSuchKey`, `NoSuchBucket` */
  readObject(bucket: string, key: string): Promise<Buffer>;
}

/** Simple Storage Service: what there is lies in the database, bodies of objects in files beside it. */
export function createS3Store(options: S3StoreOptions): S3Store {
  const { database, folder, now = Date.now, notify = () => {} } = options;
  createTables(database);
  const store: Store = {
    ...{ ...options, now, notify },
    buckets: openBucketStore(database),
    versions: openVersionStore(database),
    uploads: openUploadStore(database),
    bodies: openBodies(folder),
  };
  const { buckets, versions, uploads, bodies } = store;
  bodies.sweep(new Set([...versions.files(), ...uploads.files()]));
  const operations: Operations = {
    ...bucketOperations(store),
    ...settingOperations(store),
    ...objectLockOperations(store),
    ...listOperations(store),
    ...readOperations(store),
    ...writeOperations(store),
    ...objectOperations(store),
    ...deleteOperations(store),
    ...multipartOperations(store),
    ...postOperations(store),
  };
  const known = new Set(Object.keys(operations));

  async function answer(request: S3Request) {
    if (request.method === 'OPTIONS') return preflight(buckets, request);
    checkPresigned(request, now());
    const name = operationOf(request, known);
    const expectedOwner = request.header('x-amz-expected-bucket-owner');
    if (expectedOwner !== undefined && expectedOwner !== options.accountId) throw new S3Error('AccessDenied');
    return operations[name]!(request);
  }

  return {
    async handle(incoming, response) {
      const { method = 'GET' } = incoming;
      let request: S3Request | undefined;
      try {
        request = parseRequest(incoming);
        const answered = await answer(request);
        await send(response, { ...answered, headers: { ...corsHeaders(buckets, request), ...answered.headers } });
      } catch (error) {
        if (response.headersSent) return void response.destroy();
        // What is left of a body is read, so that its sender hears the answer.
        incoming.resume();
        const refusal = errorAnswer(error, response, method);
        const cors = request === undefined || method === 'OPTIONS' ? {} : corsHeaders(buckets, request);
        await send(response, { ...refusal, headers: { ...cors, ...refusal.headers } });
      }
    },
    admits(incoming) {
      try {
        return admits(buckets, parseRequest(incoming));
      } catch {
        return false;
      }
    },
    createBucket: (name, more = {}) => createBucket(store, name, more),
    bucketExists: (name) => buckets.find(name) !== undefined,
    deleteBucket: (name) => void (buckets.find(name) !== undefined && deleteBucket(store, name)),
    setVersioning: (bucket, status) => setVersioning(store, bucket, status),
    putSetting(bucket, name, document) {
      const found = requireBucket(store, { bucket });
      if (document === undefined) buckets.removeSetting(bucket, name);
      else if (name === 'policy') savePolicy(store, bucket, document);
      else if (name === 'object-lock') saveLockConfiguration(store, found, document);
      else saveSetting(store, bucket, name, document);
    },
    putFunctionNotifications(bucket, idPrefix, functions) {
      requireBucket(store, { bucket });
      saveSetting(
        store,
        bucket,
        NOTIFICATION,
        withFunctions(buckets.setting(bucket, NOTIFICATION), idPrefix, functions),
      );
    },
    runLifecycles: () => runLifecycles(store),
    async readObject(bucket, key) {
      const { parts, size } = requireVersion(store, requireBucket(store, { bucket }), key, undefined);
      return Buffer.concat(await bodies.read(parts, 0, size).toArray());
    },
  };
}

/** Whether a request without a signature of today is presigned as boto3 does it. */
export const isPresignedByVersion2 = (url: string): boolean =>
  isSignedByVersion2(new URLSearchParams(url.slice(url.indexOf('?') + 1)));
