import type { ReceivedRequest } from '../apigateway/index.ts';
import type { Route, Snapshot, Stage } from './documents.ts';

/** One call of an HTTP API, or of a function's URL, on its way. */
export interface Exchange {
  readonly apiId: string;
  readonly domainName: string;
  readonly stageName: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** As functions get it: decoded for an HTTP API, with the stage unless that is `$default`. */
  readonly rawPath: string;
  /** As it was sent, without the question mark. */
  readonly rawQueryString: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly request: ReceivedRequest;
  readonly requestId: string;
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** What is known of the caller; goes with the event. */
  readonly authorizer?: Authorized | undefined;
}

/** Of an exchange, the part that is an HTTP API's own. */
export interface ApiExchange extends Exchange {
  readonly stage: Stage;
  readonly snapshot: Snapshot;
  readonly route: Route | undefined;
}

export type Authorized =
  | {
      readonly kind: 'jwt';
      readonly claims: Readonly<Record<string, string>>;
      readonly scopes: readonly string[] | null;
    }
  | { readonly kind: 'lambda'; readonly context: Readonly<Record<string, unknown>>; readonly principalId?: string }
  | { readonly kind: 'iam'; readonly iam: Readonly<Record<string, unknown>> };

/** What the gateway answers by itself. */
export class HttpError extends Error {
  readonly status: number;
  /** Value of `www-authenticate`. */
  readonly challenge: string | undefined;

  constructor(status: number, message: string, challenge?: string) {
    super(message);
    this.status = status;
    this.challenge = challenge;
  }
}

export const unauthorized = (challenge?: string): HttpError => new HttpError(401, 'Unauthorized', challenge);
export const forbidden = (): HttpError => new HttpError(403, 'Forbidden');
export const internalServerError = (): HttpError => new HttpError(500, 'Internal Server Error');
