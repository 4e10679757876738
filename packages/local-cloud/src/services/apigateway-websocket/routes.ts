import { own } from '@dure/local-http/own-property';
import type { InvokeLambda } from '../../shared/types.ts';
import { isRecord, parsePolicy, withStageVariables } from '../apigateway/index.ts';
import type { Connection } from './connection.ts';
import type { Route, Snapshot } from './documents.ts';
import { connectEvent, type RequestContext } from './events.ts';

/** What a route's function answered, or the status that stands for its failure. */
export interface RouteAnswer {
  readonly status: number;
  readonly body?: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The route of a message, by the API's selection expression; `$default` where none fits or it is not JSON. */
export function selectRoute({ api, routes }: Snapshot, body: string): Route | undefined {
  const of = (routeKey: string): Route | undefined => routes.find((route) => route.routeKey === routeKey);
  const selected = select(api.routeSelectionExpression.split('.').slice(2), body);
  const reserved = selected === undefined || selected.startsWith('$');
  return (reserved ? undefined : of(selected)) ?? of('$default');
}

function select(path: readonly string[], body: string): string | undefined {
  try {
    const value = path.reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), JSON.parse(body));
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Calls a route's function. A function that fails, or takes too long, is 500. */
export async function callRoute(
  { snapshot, stage }: Connection,
  route: Route,
  event: unknown,
  invokeLambda: InvokeLambda,
): Promise<RouteAnswer> {
  const integration = snapshot.integrations.find(({ id }) => id === route.integrationId);
  if (integration === undefined) return { status: 500, headers: {} };
  const functionArn = withStageVariables(integration.functionArn, stage.variables);
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(late.resolve, integration.timeoutInMillis, undefined);
  const invoked = invokeLambda(functionArn, event).catch(() => undefined);
  const result = await Promise.race([invoked, late.promise]).finally(() => clearTimeout(timer));
  if (result?.ok !== true || !isRecord(result.payload)) return { status: 500, headers: {} };
  const { statusCode, body, headers } = result.payload;
  const status = Number(statusCode);
  return {
    status: Number.isInteger(status) && status >= 100 && status <= 599 ? status : 500,
    headers: isRecord(headers) ? headers : {},
    ...(typeof body === 'string' && { body }),
  };
}

/**
 * Asks the authorizer of `$connect`, and puts what it says in the connection. Answers the status of a refusal.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export async function authorize(
  connection: Connection,
  context: RequestContext,
  { invokeLambda, arn }: { invokeLambda: InvokeLambda; arn: string },
): Promise<401 | 403 | 500 | undefined> {
  const { snapshot, handshake, stage } = connection;
  const authorizerId = snapshot.routes.find(({ routeKey }) => routeKey === '$connect')?.authorizerId;
  if (authorizerId === undefined) return undefined;
  const authorizer = snapshot.authorizers.find(({ id }) => id === authorizerId);
  if (authorizer === undefined) return 500;
  if (!authorizer.identitySources.every((source) => valueOf(source, connection) !== undefined)) return 401;
  const methodArn = `${arn}/$connect`;
  const event = { type: 'REQUEST', methodArn, ...connectEvent(connection, context) };
  const functionArn = withStageVariables(authorizer.functionArn, stage.variables);
  const result = await invokeLambda(functionArn, event).catch(() => undefined);
  if (result?.ok === false && result.errorMessage === 'Unauthorized') return 401;
  if (result?.ok !== true || !isRecord(result.payload)) return 500;
  const { principalId, policyDocument, context: said } = result.payload;
  try {
    const policy = parsePolicy(policyDocument, "authorizer's policy");
    if (policy({ methodArn, sourceIp: handshake.sourceIp }) !== 'allowed') return 403;
  } catch {
    return 500;
  }
  connection.authorizer = { ...(isRecord(said) ? said : {}), principalId };
  return undefined;
}

function valueOf(source: string, { handshake, stage }: Connection): string | undefined {
  const name = source.split('.').at(-1) ?? '';
  if (source.startsWith('stageVariables.')) return own(stage.variables, name);
  if (source.startsWith('route.request.querystring.')) return handshake.query.get(name)?.at(-1);
  const header = [...handshake.headers].find(([key]) => key.toLowerCase() === name.toLowerCase());
  return header?.[1].at(-1);
}
