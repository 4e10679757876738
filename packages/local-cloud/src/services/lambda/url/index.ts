import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { type ApiGatewayResourceType, createCollections } from '../../apigateway/index.ts';
import { urlTarget, type UrlTarget } from './address.ts';
import { type FunctionUrlApiOptions, functionUrlRoutes } from './api.ts';
import type { LambdaRoute } from '../api/index.ts';
import { type FunctionUrl, functionUrlType } from './resource-type.ts';
import { createServe, type ServeOptions } from './serve.ts';

export { reachableFunctionUrls, type UrlTarget, urlTarget } from './address.ts';

export interface FunctionUrlsOptions extends Omit<ServeOptions, 'now'> {
  /** Keeps the URLs. */
  readonly database: DatabaseSync;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
}

export interface FunctionUrlView {
  readonly id: string;
  readonly functionArn: string;
}

/** The URLs of functions, with what CloudFormation says of them. */
export interface FunctionUrls {
  readonly resourceTypes: Readonly<Record<string, ApiGatewayResourceType>>;
  serve(target: UrlTarget, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Answers a request to a URL's own address, `/_aws/lambda-url/{id}/…`; false for any other request. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  describe(): FunctionUrlView[];
  /** The actions of Lambda's API for URLs. */
  routes(more: Pick<FunctionUrlApiOptions, 'arnOf' | 'reachable'>): LambdaRoute[];
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
export function createFunctionUrls(options: FunctionUrlsOptions): FunctionUrls {
  const { database, now = Date.now } = options;
  const urls = createCollections(database)<FunctionUrl>('functionUrl');
  const serve = createServe(urls, { ...options, now });
  const type = functionUrlType(urls, options);
  return {
    resourceTypes: { 'AWS::Lambda::Url': type },
    serve,
    async answer(request, response) {
      const target = urlTarget(request);
      if (target !== undefined) await serve(target, request, response);
      return target !== undefined;
    },
    describe: () => urls.list().map(({ id, functionArn }) => ({ id, functionArn })),
    routes: (more) => functionUrlRoutes({ urls, type, region: options.region, ...more }),
  };
}
