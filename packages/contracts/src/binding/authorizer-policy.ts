/** An endpoint of a service, and the scopes of which a token needs one to call it. */
export type Guarded = readonly [method: string, path: string, scopes: readonly string[]];

export interface PolicyStatement {
  readonly Action: 'execute-api:Invoke';
  readonly Effect: 'Allow' | 'Deny';
  readonly Resource: readonly string[];
}

/**
 * The statements of what a token with these scopes may call. API Gateway keeps them for the token and uses them for every
 * method, so they name each endpoint. A `*` in a resource also matches slashes: `/v1/orders/*` would open
 * `/v1/orders/7/events`. So what the scopes don't permit, and such a pattern would match, is denied. A policy has to have
 * a statement, so a token without any right here is denied everything.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 *
 * @param stage the ARN of the API's stage: `arn:aws:execute-api:us-east-1:123456789012:abcdef/dev`
 * @example
 * ```ts
 * import { policyFor } from '@dure/contracts/binding/authorizer-policy';
 *
 * export const statements = policyFor(
 *   [['GET', '/v1/orders/{id}', ['orders:read']]],
 *   ['orders:read'],
 *   'arn:aws:execute-api:us-east-1:123456789012:abcdef/dev',
 * );
 * ```
 */
export function policyFor(
  endpoints: readonly Guarded[],
  scopes: readonly string[],
  stage: string,
): readonly PolicyStatement[] {
  const has = new Set(scopes);
  const allowed = endpoints.filter(([, , needed]) => needed.some((scope) => has.has(scope)));
  const denied = endpoints.filter((it) => !allowed.includes(it) && allowed.some((other) => isWithin(it, other)));
  if (allowed.length === 0) return [statement('Deny', [`${stage}/*`])];
  const resources = (of: readonly Guarded[]) => of.map(([method, path]) => `${stage}/${method}${patternOf(path)}`);
  return [
    statement('Allow', resources(allowed)),
    ...(denied.length === 0 ? [] : [statement('Deny', resources(denied))]),
  ];
}

const statement = (Effect: 'Allow' | 'Deny', Resource: readonly string[]): PolicyStatement => ({
  Action: 'execute-api:Invoke',
  Effect,
  Resource,
});

/** `/v1/products/{sku}` → `/v1/products/*` */
const patternOf = (path: string): string => path.replace(/\{[^}]+\}/g, '*');

/** Whether the pattern of `other` matches calls of this endpoint. */
function isWithin([method, path]: Guarded, [otherMethod, otherPath]: Guarded): boolean {
  if (method !== otherMethod) return false;
  const literals = patternOf(otherPath).split('*').map(escaped);
  return new RegExp(`^${literals.join('.*')}$`).test(patternOf(path));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
