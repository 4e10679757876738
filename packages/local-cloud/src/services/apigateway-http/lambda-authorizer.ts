import { isRecord, parsePolicy, withStageVariables } from '../apigateway/index.ts';
import type { InvokeLambda } from '../../shared/types.ts';
import type { LambdaAuthorizer } from './documents.ts';
import { requestV1, requestV2 } from './event.ts';
import { type ApiExchange, type Authorized, forbidden, internalServerError, unauthorized } from './exchange.ts';
import { identityOf } from './identity-source.ts';

export type AskLambda = (authorizer: LambdaAuthorizer, exchange: ApiExchange) => Promise<Authorized>;

interface Options {
  readonly invokeLambda: InvokeLambda;
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
}

type Result = Readonly<Record<string, unknown>>;

/**
 * Lambda authorizers, whose answer is a policy or `isAuthorized`. Results are cached by the values of the identity
 * sources, for all routes of the stage unless `$context.routeKey` is among them.
 * @throws HttpError 401 without identity, 403 for who may not, 500 for a function that fails or answers something else
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function createLambdaCheck({ invokeLambda, accountId, region, now }: Options): AskLambda {
  const cache = new Map<string, { readonly result: Result; readonly until: number }>();

  async function resultOf(authorizer: LambdaAuthorizer, exchange: ApiExchange, arn: string): Promise<Result> {
    const { identitySources, ttl, payloadFormat, functionArn } = authorizer;
    const request = payloadFormat === '2.0' ? requestV2(exchange, accountId) : requestV1(exchange, accountId);
    const context = request['requestContext'] as Readonly<Record<string, unknown>>;
    const identity = identitySources.map((source) => identityOf(source, exchange, context));
    if (identity.some((value) => value === '')) throw unauthorized();
    const { apiId, stageName } = exchange;
    const key = JSON.stringify([apiId, stageName, authorizer.id, identity]);
    const cached = cache.get(key);
    if (cached !== undefined && cached.until > now()) return cached.result;
    const joined = identity.length === 0 ? null : identity.join(',');
    const own =
      payloadFormat === '2.0'
        ? { routeArn: arn, identitySource: identity.length === 0 ? null : identity }
        : { methodArn: arn, identitySource: joined, authorizationToken: joined };
    const event = { ...request, type: 'REQUEST', ...own };
    const answer = await invokeLambda(withStageVariables(functionArn, exchange.stageVariables), event).catch(() => {
      throw internalServerError();
    });
    if (!answer.ok) {
      if (answer.errorMessage === 'Unauthorized') throw unauthorized();
      throw internalServerError();
    }
    if (!isRecord(answer.payload)) throw internalServerError();
    if (ttl > 0) {
      for (const [other, { until }] of cache) if (until <= now()) cache.delete(other);
      cache.set(key, { result: answer.payload, until: now() + ttl * 1000 });
    }
    return answer.payload;
  }

  return async (authorizer, exchange) => {
    const { apiId, stageName, request, rawPath } = exchange;
    const arn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stageName}/${request.method}${pathIn(stageName, rawPath)}`;
    const result = await resultOf(authorizer, exchange, arn);
    const isAllowed = authorizer.simple ? isAuthorized(result) : allows(result, arn, request.sourceIp);
    if (!isAllowed) throw forbidden();
    const { context = {}, principalId } = result;
    if (!isRecord(context)) throw internalServerError();
    return { kind: 'lambda', context, ...(typeof principalId === 'string' && { principalId }) };
  };
}

/** Without the stage, which the ARN has before the method. */
const pathIn = (stageName: string, rawPath: string): string =>
  stageName === '$default' ? rawPath : rawPath.slice(stageName.length + 1);

function isAuthorized({ isAuthorized: allowed }: Result): boolean {
  if (typeof allowed !== 'boolean') throw internalServerError();
  return allowed;
}

function allows({ policyDocument }: Result, methodArn: string, sourceIp: string): boolean {
  if (!isRecord(policyDocument)) throw internalServerError();
  try {
    return parsePolicy(policyDocument, "authorizer's policy")({ methodArn, sourceIp }) === 'allowed';
  } catch {
    throw internalServerError();
  }
}
