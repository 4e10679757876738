import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NOBODY_ELSE } from '@dure/local-http/access-rules';
import { callAws } from './aws-integration.ts';
import { admit } from './admission.ts';
import { createAuthorize } from './authorizer.ts';
import { createDeployedApis, type DeployedApi, type DeployedMethod } from './deployed-api.ts';
import type { Answer, Exchange, Header, ReceivedRequest } from './exchange.ts';
import { errorVariables, GatewayError, gatewayResponse } from './gateway-response.ts';
import { callHttp } from './http-integration.ts';
import type { ApiGatewayOptions, InvokeTarget } from './index.ts';
import { callLambda } from './lambda-integration.ts';
import { missingRoute, routesOf, withDetail } from './missing-route.ts';
import { callMock } from './mock-integration.ts';
import { refuseForeignPage } from './origin.ts';
import type { Decision } from './policy.ts';
import { decompressed, receive, type Received } from './receive.ts';
import { methodFor, type Route } from './router.ts';
import { compressed, send } from './send.ts';
import { notAuthorized, signerOf } from './signature.ts';
import { callService } from './service-integration.ts';
import type { Store } from './store.ts';
import { compileTemplate, jsonEscape, type Variables } from './template.ts';
import { createTokenBuckets } from './token-bucket.ts';
import { responseVariables, variablesOf } from './variables.ts';

type Serve = (target: InvokeTarget, message: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Call {
  readonly exchange: Exchange;
  readonly deployed: DeployedApi;
  readonly route: Route<DeployedMethod> | undefined;
  readonly found: DeployedMethod | undefined;
  readonly refusal: GatewayError | undefined;
}

/** The data plane: from a request to its answer, its line in the access log and its count. */
export function createServe(store: Store, options: ApiGatewayOptions & { readonly now: () => number }): Serve {
  const { accountId, region, invokeLambda, invokeAsync, iam, now, log, callers = NOBODY_ELSE } = options;
  const deployedApis = createDeployedApis(store);
  const buckets = createTokenBuckets(now);
  const authorize = createAuthorize(invokeLambda, accountId, now);

  function begin(target: InvokeTarget, { request, refusal }: Received): Call | undefined {
    const { apiId } = target;
    const stage = store.stages.get(target.stage, apiId);
    const deployed = stage === undefined ? undefined : deployedApis(apiId, stage.deploymentId);
    if (stage === undefined || deployed === undefined) return undefined;
    const route = deployed.route(request.path);
    const found = route && methodFor(route.methods, request.method);
    const exchange: Exchange = {
      apiId,
      stage,
      snapshot: deployed.snapshot,
      request: { ...request, pathParameters: route?.pathParameters ?? {} },
      ...newIds(request, now()),
      startedAt: now(),
      ...(route !== undefined && found !== undefined && { resourcePath: route.path, method: found.method }),
    };
    return { exchange, deployed, route, found, refusal };
  }

  const explanationOf = ({ exchange: { request, snapshot }, route }: Call): string =>
    missingRoute(request.method, request.path, routesOf(snapshot), route?.path);

  async function answer(call: Call): Promise<Answer> {
    const { exchange, deployed, route, found, refusal } = call;
    const { request, stage, apiId, snapshot } = exchange;
    const methodArn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage.stageName}/${request.method}${request.path}`;
    const byPolicy = deployed.policy?.({ methodArn, sourceIp: request.sourceIp });
    const authorizer = snapshot.authorizers.find(({ id }) => id === found?.method.authorizerId);
    const isSigned = found?.method.authorizationType === 'AWS_IAM';
    const isAnonymous = authorizer === undefined && !isSigned;
    if (byPolicy === 'explicitly denied' || (isAnonymous && byPolicy === 'not allowed')) {
      throw anonymousDenied(methodArn, byPolicy);
    }
    if (found === undefined) {
      const message = 'Missing Authentication Token';
      const more = options.explain === true ? `. ${explanationOf(call)}` : '';
      throw new GatewayError('MISSING_AUTHENTICATION_TOKEN', 'MissingAuthenticationTokenException', message + more);
    }
    refuseForeignPage(exchange, { route, callers, variables: variablesOf(exchange, accountId) });
    if (refusal !== undefined) throw refusal;
    if (authorizer !== undefined) {
      const variables = variablesOf(exchange, accountId);
      const { authorization, decision } = await authorize(authorizer, { exchange, methodArn, variables });
      exchange.authorization = authorization;
      refuseUnlessAllowed(decision, byPolicy);
    }
    if (isSigned) {
      const signer = signerOf(request, iam, now());
      exchange.signer = signer;
      // One of both has to allow it, because the caller is of the API's account.
      if (byPolicy !== 'allowed' && !iam.mayCall(signer, methodArn)) throw notAuthorized(signer, methodArn);
    }
    admit(exchange, store, buckets, now);
    if (snapshot.api.minimumCompressionSize !== undefined) exchange.request = await decompressed(request);
    found.validate(exchange.request);
    const { integration } = found.method;
    if (integration.type === 'AWS_PROXY') return callLambda(exchange, integration, invokeLambda, accountId);
    const variables = variablesOf(exchange, accountId);
    if (integration.type === 'HTTP_PROXY') return callHttp(exchange, integration, variables);
    if (integration.type === 'MOCK') return callMock(exchange, integration, variables);
    return 'action' in integration
      ? callService(exchange, integration, options.states, variables)
      : callAws(exchange, integration, { variables, invokeLambda, invokeAsync });
  }

  async function answerOrRefuse(call: Call): Promise<{ given: Answer; errors: Variables }> {
    try {
      return { given: await answer(call), errors: {} };
    } catch (error) {
      if (!(error instanceof GatewayError)) log('error', 'API Gateway failed.', { error: String(error) });
      const known =
        error instanceof GatewayError
          ? error
          : new GatewayError('DEFAULT_5XX', 'InternalServerErrorException', 'Internal server error');
      const { exchange } = call;
      const settings = exchange.snapshot.gatewayResponses;
      const given = gatewayResponse(known, settings, exchange.request, variablesOf(exchange, accountId));
      const isMissing = known.responseType === 'MISSING_AUTHENTICATION_TOKEN';
      const explained = isMissing && options.explain === true ? withDetail(given, explanationOf(call)) : given;
      return { given: explained, errors: errorVariables(known) };
    }
  }

  function finish(exchange: Exchange, given: Answer, errors: Variables): void {
    const latencyMs = now() - exchange.startedAt;
    const { apiId, stage, request, snapshot, integration } = exchange;
    options.onServed?.({
      kind: 'REST',
      apiId,
      apiName: snapshot.api.name,
      stage: stage.stageName,
      method: request.method,
      resourcePath: exchange.resourcePath ?? '',
      status: given.status,
      latencyMs,
      integrationLatencyMs: integration?.latencyMs,
    });
    if (stage.accessLogSettings === undefined) return;
    const { destinationArn, format } = stage.accessLogSettings;
    const variables = { ...variablesOf(exchange, accountId), ...errors, ...responseVariables(given, latencyMs) };
    options.writeAccessLog?.(destinationArn, compileTemplate(format)(variables, { missing: '-', escape }));
  }

  return async (target, message, response) => {
    const received = await receive(target, message, response);
    if (received === undefined) {
      // The client went away while it was sending.
      response.destroy();
      return;
    }
    const { request } = received;
    const call = begin(target, received);
    if (call === undefined) {
      send(response, unknownStage(), [['x-amzn-RequestId', randomUUID()]], request.method);
      return;
    }
    const { exchange } = call;
    const { given, errors } = await answerOrRefuse(call);
    const ready = await compressed(given, exchange);
    send(response, ready, headersOf(exchange), request.method);
    finish(exchange, ready, errors);
  };
}

/** `messageString` is quoted already. */
function escape(value: string, name: string): string {
  return name === 'error.messageString' || name === 'error.validationErrorString' ? value : jsonEscape(value);
}

function unknownStage(): Answer {
  return {
    status: 403,
    headers: [
      ['Content-Type', 'application/json'],
      ['x-amzn-ErrorType', 'ForbiddenException'],
    ],
    body: Buffer.from('{"message":"Forbidden"}'),
  };
}

/** Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function newIds(
  { headers }: ReceivedRequest,
  time: number,
): Pick<Exchange, 'requestId' | 'extendedRequestId' | 'traceId'> {
  const seconds = Math.floor(time / 1000).toString(16);
  return {
    requestId: randomUUID(),
    extendedRequestId: `${randomBytes(9).toString('base64url')}${randomBytes(2).toString('hex').slice(0, 3)}=`,
    traceId: headers.get('x-amzn-trace-id')?.at(-1) ?? `Root=1-${seconds}-${randomBytes(12).toString('hex')}`,
  };
}

/** Services that an API calls are part of a trace, which a mock is not. */
function headersOf({ requestId, extendedRequestId, traceId, stage, method, integration }: Exchange): Header[] {
  const isTraced = stage.tracingEnabled || (integration !== undefined && method?.integration.type !== 'MOCK');
  return [
    ['x-amzn-RequestId', requestId],
    ['x-amz-apigw-id', extendedRequestId],
    ...(isTraced ? [['X-Amzn-Trace-Id', traceId] as Header] : []),
  ];
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html */
function refuseUnlessAllowed(byAuthorizer: Decision, byPolicy: Decision | undefined): void {
  if (byAuthorizer !== 'explicitly denied' && (byAuthorizer === 'allowed' || byPolicy === 'allowed')) return;
  const explicitly = byAuthorizer === 'explicitly denied' ? ' with an explicit deny' : '';
  const message = `User is not authorized to access this resource${explicitly}`;
  throw new GatewayError('ACCESS_DENIED', 'AccessDeniedException', message);
}

function anonymousDenied(methodArn: string, decision: Decision): GatewayError {
  const masked = methodArn.replace(/:\d{8}(\d{4}):/, ':********$1:');
  const explicitly = decision === 'explicitly denied' ? ' with an explicit deny' : '';
  const message = `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${masked}${explicitly}`;
  return new GatewayError('ACCESS_DENIED', 'AccessDeniedException', message);
}
