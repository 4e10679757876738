import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { type Guarded, policyFor, type PolicyStatement } from './authorizer-policy.ts';
import { beginCall } from './call.ts';
import { lambda } from './lambda.ts';
import { metric } from './log.ts';
import { type TokenHolder, TokenRefused, type VerifyToken } from './verify-token.ts';

export interface AuthorizerOptions {
  /** What a service serves to holders of tokens. */
  readonly endpoints: readonly Guarded[];
  readonly verify: VerifyToken;
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html */
export interface AuthorizerAnswer {
  readonly principalId: string;
  readonly policyDocument: { readonly Version: '2012-10-17'; readonly Statement: readonly PolicyStatement[] };
  /** Reaches the function as `requestContext.authorizer`. Lists are separated by spaces: API Gateway takes flat values. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * Makes the REQUEST authorizer of a service's REST API. API Gateway keeps its answer for the token, so it holds for every
 * method: a policy that lists what the token's scopes permit. The function behind it decides again, by the contract.
 * @throws Error `Unauthorized` from the handler, without a token or with a bad one
 *
 * @example
 * ```ts
 * import { authorizer } from '@dure/contracts/binding/authorizer';
 * import { ownIssuer } from '@dure/contracts/binding/trusted-issuers';
 * import { openVerifier } from '@dure/contracts/binding/verify-token';
 *
 * export const handler = authorizer({
 *   endpoints: [['GET', '/v1/things/{id}', ['things:read']]],
 *   verify: openVerifier([ownIssuer('http://localhost:4000/identity/local', 'local')]),
 * });
 * ```
 */
export const authorizer = ({ endpoints, verify }: AuthorizerOptions) =>
  lambda(async (event: APIGatewayRequestAuthorizerEvent): Promise<AuthorizerAnswer> => {
    const started = performance.now();
    const { log } = beginCall();
    const tell = (outcome: string) => metric('authorize', outcome, performance.now() - started);
    try {
      const holder = await verify(bearerOf(event));
      const { clientId, tokenId, actor: via } = holder;
      log.info('authorized', { ...tell('ok'), clientId, tokenId, via });
      return answerFor(holder, endpoints, event.methodArn);
    } catch (error) {
      if (error instanceof TokenRefused) {
        log.info('refused', { ...tell('refused'), reason: error.reason });
        // API Gateway answers 401 to this message, and 500 to any other.
        throw new Error('Unauthorized', { cause: error });
      }
      log.error('authorization failed', { ...tell('error'), error });
      throw error;
    }
  });

/** Source: https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
function bearerOf({ headers }: APIGatewayRequestAuthorizerEvent): string {
  const [, given] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(given ?? '') ?? [];
  if (token === undefined) throw new TokenRefused(given === undefined ? 'missing' : 'not a bearer token');
  return token;
}

function answerFor(holder: TokenHolder, endpoints: readonly Guarded[], methodArn: string): AuthorizerAnswer {
  const { subject, clientId, tokenId, scopes, roles, expiresAt, actor } = holder;
  const stage = methodArn.split('/').slice(0, 2).join('/');
  return {
    principalId: subject,
    policyDocument: { Version: '2012-10-17', Statement: policyFor(endpoints, scopes, stage) },
    context: {
      ...{ sub: subject, clientId, tokenId, scope: scopes.join(' '), roles: roles.join(' ') },
      expiresAt: String(expiresAt),
      ...(actor !== undefined && { actor }),
    },
  };
}
