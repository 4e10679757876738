import type { Signer } from '../iam/index.ts';
import type { Method, Snapshot, Stage, UsagePlan, ApiKey } from './documents.ts';

export type Header = [name: string, value: string];

/** What the client gets. `body` is as it is sent, but for compression. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

/** A request as the client sent it. Header names are in small letters, in the order in which they came. */
export interface ReceivedRequest {
  readonly method: string;
  /** As sent, percent-encoded, without stage and query. */
  readonly path: string;
  /** The same with all the slashes that the client put before it. */
  readonly sentPath: string;
  /** What stood before it: `/local`, or a base path. */
  readonly basePath: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Header names as the client wrote them, by those in small letters. */
  readonly headerNames: ReadonlyMap<string, string>;
  /** Decoded. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Path and query as the client sent them, with all that stood before the API's own path: what a signature is made of. */
  readonly url: string;
  readonly sourceIp: string;
  readonly protocol: string;
}

/** What an authorizer said about the caller. */
export interface Authorization {
  readonly principalId: string;
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey?: string | undefined;
  readonly latencyMs: number;
}

/** One call on its way through the gateway. What is optional is not known yet. */
export interface Exchange {
  readonly apiId: string;
  readonly stage: Stage;
  readonly snapshot: Snapshot;
  request: ReceivedRequest;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** `Root=1-…` */
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly resourcePath?: string;
  readonly method?: Method;
  authorization?: Authorization;
  /** Of a method of AWS_IAM. */
  signer?: Signer;
  apiKey?: ApiKey;
  usagePlan?: UsagePlan;
  integration?: { readonly latencyMs: number; readonly status: number; readonly error?: string };
}
