import type { IncomingMessage, ServerResponse } from 'node:http';
import { NOBODY_ELSE } from '@dure/local-http/access-rules';
import { own } from '@dure/local-http/own-property';
import {
  type Answer,
  compileTemplate,
  createTokenBuckets,
  GatewayError,
  type Header,
  invokeWithin,
  jsonEscape,
  missingRoute,
  receive,
  send,
  withStageVariables,
} from '../apigateway/index.ts';
import { answerOf } from './answer.ts';
import { begin } from './begin.ts';
import { isPreflight, preflightAnswer, withCors } from './cors.ts';
import type { Store } from './documents.ts';
import { eventOf } from './event.ts';
import { type ApiExchange, type Authorized, HttpError, internalServerError } from './exchange.ts';
import type { HttpApisOptions, HttpTarget } from './index.ts';
import { createJwtCheck } from './jwt-authorizer.ts';
import { createLambdaCheck } from './lambda-authorizer.ts';
import { isForeignPage } from './origin.ts';
import { signerOf } from './signature.ts';
import { variablesOf } from './variables.ts';

type Serve = (target: HttpTarget, message: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Lambda takes 6 MB at most, when it is waited for. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/** The data plane of HTTP APIs. */
export function createServe(store: Store, options: HttpApisOptions & { readonly now: () => number }): Serve {
  const { accountId, region, invokeLambda, iam, now, log, callers = NOBODY_ELSE } = options;
  const buckets = createTokenBuckets(now);
  const checkJwt = createJwtCheck(now);
  const askLambda = createLambdaCheck({ invokeLambda, accountId, region, now });

  async function authorize(exchange: ApiExchange): Promise<Authorized | undefined> {
    const { route, snapshot, request } = exchange;
    if (route === undefined || route.authorizationType === 'NONE') return undefined;
    if (route.authorizationType === 'AWS_IAM') return signerOf(request, { iam, service: 'execute-api', now: now() });
    const authorizer = snapshot.authorizers.find(({ id }) => id === route.authorizerId);
    if (authorizer === undefined) throw internalServerError();
    return authorizer.type === 'JWT' ? checkJwt(authorizer, route, exchange) : askLambda(authorizer, exchange);
  }

  function throttle({ apiId, stage, route }: ApiExchange): void {
    const ofRoute = own(stage.routeThrottles, route?.routeKey ?? '');
    const key = `${apiId}/${stage.stageName}${ofRoute === undefined ? '' : `/${route?.routeKey}`}`;
    if (!buckets.take(key, ofRoute ?? stage.throttle)) throw new HttpError(429, 'Too Many Requests');
  }

  async function answer(exchange: ApiExchange, refusal: GatewayError | undefined): Promise<Answer> {
    const { route, snapshot, request, rawPath } = exchange;
    const { cors } = snapshot.api;
    if (route === undefined) {
      if (cors !== undefined && isPreflight(request)) return preflightAnswer(cors, request);
      const routes = snapshot.routes.map(({ routeKey }) => routeKey);
      const more = options.explain === true ? `. ${missingRoute(request.method, rawPath, routes)}` : '';
      throw new HttpError(404, `Not Found${more}`);
    }
    if (isForeignPage(exchange, callers)) {
      const origin = JSON.stringify(request.headers.get('origin')?.at(-1) ?? 'another site');
      throw new HttpError(403, `Pages of ${origin} may not call this route.`);
    }
    if (refusal !== undefined) throw refused(refusal);
    throttle(exchange);
    const authorizer = await authorize(exchange);
    if (cors !== undefined && isPreflight(request)) return preflightAnswer(cors, request);
    const integration = snapshot.integrations.find(({ id }) => id === route.integrationId);
    if (integration === undefined) throw internalServerError();
    const { payloadFormat, functionArn, timeoutInMillis } = integration;
    const event = eventOf({ ...exchange, authorizer }, payloadFormat, accountId);
    if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES) throw tooLarge();
    const name = withStageVariables(functionArn, exchange.stageVariables);
    const result = await invokeWithin(invokeLambda, name, event, timeoutInMillis).catch((error: unknown) => {
      throw error instanceof GatewayError ? new HttpError(503, 'Service Unavailable') : internalServerError();
    });
    const given = result.ok ? answerOf(result.payload, payloadFormat) : undefined;
    if (given === undefined) throw internalServerError();
    return given;
  }

  async function answerOrRefuse(exchange: ApiExchange, refusal: GatewayError | undefined): Promise<Answer> {
    const { cors } = exchange.snapshot.api;
    const given = await answer(exchange, refusal).catch((error: unknown) => {
      if (!(error instanceof HttpError)) log('error', 'API Gateway failed.', { error: String(error) });
      return refusalAnswer(error instanceof HttpError ? error : internalServerError());
    });
    return cors === undefined || isPreflight(exchange.request) ? given : withCors(given, cors, exchange.request);
  }

  function finish(exchange: ApiExchange, given: Answer): void {
    const { apiId, stage, request, snapshot, routeKey, startedAt } = exchange;
    const latencyMs = now() - startedAt;
    options.onServed?.({
      kind: 'HTTP',
      ...{ apiId, apiName: snapshot.api.name, stage: stage.stageName, method: request.method, latencyMs },
      ...{ resourcePath: routeKey, status: given.status, integrationLatencyMs: undefined },
    });
    if (stage.accessLog === undefined) return;
    const variables = variablesOf(exchange, given, { accountId, latencyMs });
    const line = compileTemplate(stage.accessLog.format)(variables, { missing: '-', escape: jsonEscape });
    options.writeAccessLog?.(stage.accessLog.destinationArn, line);
  }

  return async ({ apiId, path }, message, response) => {
    const received = await receive({ apiId, stage: '', path }, message, response);
    if (received === undefined) {
      // The client went away while it was sending.
      response.destroy();
      return;
    }
    const { request, refusal } = received;
    const exchange = begin(store, { apiId, region, request, path, startedAt: now() });
    if (exchange === undefined) {
      send(response, refusalAnswer(new HttpError(404, 'Not Found')), [], request.method);
      return;
    }
    const given = await answerOrRefuse(exchange, refusal);
    send(response, given, [['Apigw-Requestid', exchange.requestId]], request.method);
    finish(exchange, given);
  };
}

function refusalAnswer({ status, message, challenge }: HttpError): Answer {
  const headers: Header[] = [['Content-Type', 'application/json']];
  if (challenge !== undefined) headers.push(['WWW-Authenticate', challenge]);
  return { status, headers, body: Buffer.from(JSON.stringify({ message })) };
}

const refused = ({ responseType }: GatewayError): HttpError =>
  responseType === 'THROTTLED' ? new HttpError(429, 'Too Many Requests') : tooLarge();

const tooLarge = (): HttpError => new HttpError(413, 'Request Entity Too Large');
