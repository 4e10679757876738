import type { InvokeLambda, InvokeResult } from '../../shared/types.ts';
import type { Authorizer } from './documents.ts';
import type { Authorization, Exchange } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import { withStageVariables } from './lambda-integration.ts';
import { parsePolicy, type Decision } from './policy.ts';
import { proxyEvent } from './proxy-event.ts';
import { isRecord } from './reader.ts';
import type { Variables } from './template.ts';

export interface AuthorizerCall {
  readonly exchange: Exchange;
  readonly methodArn: string;
  readonly variables: Variables;
}

/** What the authorizer says about the caller, and whether its policy lets the method be called. */
export interface Authorized {
  readonly authorization: Authorization;
  readonly decision: Decision;
}

export type Authorize = (authorizer: Authorizer, call: AuthorizerCall) => Promise<Authorized>;

interface Cached {
  readonly result: Readonly<Record<string, unknown>>;
  readonly until: number;
}

/**
 * Lambda authorizers, TOKEN and REQUEST. Results are cached by the values of the identity sources, for all methods of the
 * stage; their policy is looked at for each call.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export function createAuthorize(invokeLambda: InvokeLambda, accountId: string, now: () => number): Authorize {
  const cache = new Map<string, Cached>();

  async function resultOf(authorizer: Authorizer, call: AuthorizerCall): Promise<Readonly<Record<string, unknown>>> {
    const { exchange } = call;
    const identity = identityOf(authorizer, call);
    const key = JSON.stringify([
      exchange.apiId,
      exchange.stage.stageName,
      exchange.stage.deploymentId,
      authorizer.id,
      identity,
    ]);
    const cached = cache.get(key);
    if (cached !== undefined && cached.until > now()) return cached.result;
    const functionArn = withStageVariables(authorizer.functionArn, exchange.stage.variables);
    const event =
      authorizer.type === 'TOKEN'
        ? { type: 'TOKEN', methodArn: call.methodArn, authorizationToken: identity[0] }
        : { type: 'REQUEST', methodArn: call.methodArn, ...withoutBody(proxyEvent(exchange, accountId)) };
    const result = read(await invokeLambda(functionArn, event).catch(() => undefined));
    const ttl = authorizer.authorizerResultTtlInSeconds;
    if (ttl > 0) {
      for (const [other, { until }] of cache) if (until <= now()) cache.delete(other);
      cache.set(key, { result, until: now() + ttl * 1000 });
    }
    return result;
  }

  return async (authorizer, call) => {
    const started = performance.now();
    const result = await resultOf(authorizer, call);
    const latencyMs = Math.round(performance.now() - started);
    return { authorization: toAuthorization(result, latencyMs), decision: decide(result, call) };
  };
}

/** The values of the identity sources. @throws GatewayError UNAUTHORIZED without calling the function, if one is missing */
function identityOf(authorizer: Authorizer, { exchange, variables }: AuthorizerCall): string[] {
  const { identitySources, identityValidationExpression } = authorizer;
  const { request } = exchange;
  const values = identitySources.map((source) => {
    const name = source.split('.').slice(3).join('.');
    if (source.startsWith('method.request.header.')) return request.headers.get(name.toLowerCase())?.at(-1);
    if (source.startsWith('method.request.querystring.')) return request.query.get(name)?.at(-1);
    return variables[source.startsWith('context.') ? source.slice('context.'.length) : source];
  });
  const present = values.filter((value) => value !== undefined && value !== '') as string[];
  const expression = identityValidationExpression;
  const isValid = expression === undefined || new RegExp(`^(?:${expression})$`).test(present[0] ?? '');
  if (present.length < values.length || !isValid) throw unauthorized();
  return present;
}

function unauthorized(): GatewayError {
  return new GatewayError('UNAUTHORIZED', 'UnauthorizedException', 'Unauthorized');
}

function withoutBody({ body: _body, isBase64Encoded: _encoded, ...event }: Record<string, unknown>): object {
  return event;
}

function read(answer: InvokeResult | undefined): Readonly<Record<string, unknown>> {
  if (answer === undefined) throw misconfigured();
  if (!answer.ok) {
    if (answer.errorMessage === 'Unauthorized') throw unauthorized();
    throw new GatewayError('AUTHORIZER_FAILURE', 'AuthorizerFailureException', 'Internal server error');
  }
  const { payload } = answer;
  if (!isRecord(payload) || typeof payload['principalId'] !== 'string' || !isRecord(payload['policyDocument'])) {
    throw misconfigured();
  }
  const { context } = payload;
  const isFlat =
    context === undefined || (isRecord(context) && Object.values(context).every((value) => typeof value !== 'object'));
  if (!isFlat) throw misconfigured();
  return payload;
}

function misconfigured(): GatewayError {
  const type = 'AuthorizerConfigurationException';
  return new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', type, 'Internal server error');
}

function decide(result: Readonly<Record<string, unknown>>, { methodArn, exchange }: AuthorizerCall): Decision {
  try {
    const policy = parsePolicy(result['policyDocument'], "authorizer's policy");
    return policy({ methodArn, sourceIp: exchange.request.sourceIp });
  } catch {
    throw misconfigured();
  }
}

/** Values of the context reach the function as text. */
function toAuthorization(result: Readonly<Record<string, unknown>>, latencyMs: number): Authorization {
  const context = Object.entries((result['context'] ?? {}) as Record<string, unknown>);
  const usageIdentifierKey = result['usageIdentifierKey'];
  return {
    principalId: String(result['principalId']),
    context: Object.fromEntries(context.map(([name, value]) => [name, String(value)])),
    ...(typeof usageIdentifierKey === 'string' && { usageIdentifierKey }),
    latencyMs,
  };
}
