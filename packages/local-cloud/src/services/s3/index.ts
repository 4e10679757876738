import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { serviceOf } from '@dure/aws-protocols/service-of';
import { isPreflight, ownHost, ownPages, type Rule, unsigned } from '@dure/local-http/access-rules';
import { createS3Store, isPresignedByVersion2, type S3Store } from '@dure/s3-store';
import { inTransaction } from '../../shared/sqlite.ts';
import { createNotify, type NotifyOptions } from './notify.ts';

export { s3ResourceTypes } from './resource-types.ts';

export interface S3Options extends NotifyOptions {
  readonly database: DatabaseSync;
  /** Where bodies of objects are kept. It has nothing else. */
  readonly folder: string;
}

export interface S3 extends Omit<S3Store, 'admits' | 'runLifecycles'> {
  /** Answers a request to S3. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Programs that sign, own pages, and pages of the origins that a bucket's CORS configuration allows. */
  readonly rule: Rule;
  /** Whether a request to a port of several services is S3's. */
  isFor(request: IncomingMessage): boolean;
  /** Ends what life cycles do. */
  stop(): void;
}

const LIFECYCLE_INTERVAL_MS = 60_000;
const FORM = /^multipart\/form-data\b/i;

/** An upload by a page's form, `POST /bucket`. */
const isForm = ({ method, url = '/', headers }: IncomingMessage): boolean =>
  method === 'POST' && FORM.test(headers['content-type'] ?? '') && /^\/[^/?]*\/?$/.test(url);

/** Simple Storage Service, in this process. */
export function createS3(options: S3Options): S3 {
  const store = createS3Store({
    ...options,
    notify: createNotify(options),
    atomically: (work) => inTransaction(options.database, work),
  });
  // As often as a day may end: S3 acts at midnight. What became due while nothing ran is done at once.
  store.runLifecycles();
  const timer = setInterval(store.runLifecycles, LIFECYCLE_INTERVAL_MS);
  timer.unref();
  return {
    ...store,
    rule(request, callers) {
      const otherHost = ownHost(request, callers);
      // The bucket's configuration answers what a browser asks before it sends, and nothing is changed by it.
      if (otherHost !== undefined || isPreflight(request)) return otherHost;
      const otherPage = ownPages(request, callers);
      if (otherPage !== undefined && !store.admits(request)) return otherPage;
      // A form brings its policy with it, and the signature of that.
      return isPresignedByVersion2(request.url ?? '') || isForm(request) ? undefined : unsigned(request);
    },
    isFor: (request) =>
      serviceOf(request) === 's3' ||
      isPreflight(request) ||
      isPresignedByVersion2(request.url ?? '') ||
      isForm(request),
    stop: () => clearInterval(timer),
  };
}
