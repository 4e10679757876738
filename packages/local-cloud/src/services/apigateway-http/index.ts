import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiGatewayOptions, ApiGatewayResourceType } from '../apigateway/index.ts';
import { createStore } from './documents.ts';
import { createResourceTypes } from './resource-types/index.ts';
import { createServe } from './serve.ts';

export { answerOf } from './answer.ts';
export { traceIdOf } from './begin.ts';
export { allowedOrigin, isPreflight, preflightAnswer, readCors, withCors } from './cors.ts';
export type { Cors } from './documents.ts';
export { eventOf } from './event.ts';
export { type Exchange, HttpError } from './exchange.ts';
export { signerOf } from './signature.ts';

export type HttpApisOptions = Omit<ApiGatewayOptions, 'invokeAsync' | 'states'>;

/** Which HTTP API is called, and with what. */
export interface HttpTarget {
  readonly apiId: string;
  /** From the API's address on, as it was sent: `/orders?limit=2`; with the stage, unless that is `$default`. */
  readonly path: string;
}

export interface HttpApiView {
  readonly id: string;
  readonly name: string;
  readonly stages: readonly string[];
  /** `GET /orders`, `$default` */
  readonly routes: readonly string[];
}

/** API Gateway's HTTP APIs: what CloudFormation templates say, put into effect. */
export interface HttpApis {
  /** By CloudFormation's name, `AWS::ApiGatewayV2::Api`. WebSocket APIs are others'. */
  readonly resourceTypes: Readonly<Record<string, ApiGatewayResourceType>>;
  /** Whether there is an HTTP API of this id. */
  has(apiId: string): boolean;
  serve(target: HttpTarget, request: IncomingMessage, response: ServerResponse): Promise<void>;
  describe(): HttpApiView[];
}

/**
 * Makes the emulator over what the database holds already: Lambda proxy integrations in both payload formats, CORS, JWT
 * and Lambda authorizers, stages, throttling and access logs. Other integrations, imports of OpenAPI, mutual TLS and
 * custom domains are refused by name.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 */
export function createHttpApis(options: HttpApisOptions): HttpApis {
  const { database, region, now = Date.now } = options;
  const store = createStore(database);
  return {
    resourceTypes: createResourceTypes(store, region),
    has: (apiId) => store.apis.get(apiId) !== undefined,
    serve: createServe(store, { ...options, now }),
    describe: () =>
      store.apis.list().map(({ id, name }) => ({
        id,
        name,
        stages: store.stages.list(id).map(({ stageName }) => stageName),
        routes: store.routes.list(id).map(({ routeKey }) => routeKey),
      })),
  };
}
