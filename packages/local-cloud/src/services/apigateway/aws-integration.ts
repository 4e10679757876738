import { errorPayload } from '@dure/lambda-runtime';
import { parseJson } from '@dure/local-http/json';
import { own } from '@dure/local-http/own-property';
import type { InvokeLambda, InvokeResult } from '../../shared/types.ts';
import type { AwsIntegration, MappedResponse, Mapping } from './documents.ts';
import type { Answer, Exchange, Header } from './exchange.ts';
import { compileExpression, GatewayError } from './gateway-response.ts';
import { invokeWithin, withStageVariables } from './lambda-integration.ts';
import { mappedAnswer, templateFor, templateInput, templateOf } from './mapping.ts';
import type { Variables } from './template.ts';

export interface AwsCall {
  readonly variables: Variables;
  readonly invokeLambda: InvokeLambda;
  /** Invokes without waiting. */
  invokeAsync(functionArn: string, payload: unknown): void;
}

const INVOCATION_TYPE = 'x-amz-invocation-type';

/**
 * Calls a function with what the request template makes of the request, and answers what the response template makes of
 * its answer. Which response it is, the selection patterns say by the function's error.
 * @throws GatewayError for a body that the template does not take (415) or makes no JSON of (400), a time-out (504), a
 *   function that cannot be called and an error without a response (500)
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-integrations.html
 */
export async function callAws(exchange: Exchange, integration: AwsIntegration, call: AwsCall): Promise<Answer> {
  const { variables } = call;
  const payload = payloadOf(exchange, integration, variables);
  const functionArn = withStageVariables(integration.functionArn, exchange.stage.variables);
  const started = performance.now();
  const measure = (status: number, error?: string): void => {
    const latencyMs = Math.round(performance.now() - started);
    exchange.integration = { latencyMs, status, ...(error !== undefined && { error }) };
  };
  if (isAsynchronous(exchange, integration, variables)) {
    call.invokeAsync(functionArn, payload);
    measure(202);
    return respond(exchange, integration, { body: '', error: undefined }, variables);
  }
  const waiting = invokeWithin(call.invokeLambda, functionArn, payload, integration.timeoutInMillis);
  const result = await waiting.catch((error: unknown) => {
    measure(error instanceof GatewayError ? 504 : 500, String(error));
    throw error instanceof GatewayError ? error : configurationError();
  });
  const error = result.ok ? undefined : result.errorMessage;
  measure(200, error);
  return respond(exchange, integration, { body: JSON.stringify(answerOf(result)), error }, variables);
}

/** As Lambda's API answers it. */
const answerOf = (result: InvokeResult): unknown => (result.ok ? (result.payload ?? null) : errorPayload(result));

export function payloadOf(exchange: Exchange, integration: Mapping, variables: Variables): unknown {
  const body = exchange.request.body.toString('utf8');
  const template = templateFor(exchange.request, integration);
  const text = template === undefined ? body : rendered(template, body, exchange, variables);
  if (text.trim() === '') return {};
  const payload = parseJson(text);
  if (payload !== undefined) return payload;
  const message = `Could not parse request body into json: ${JSON.stringify(text.trim().slice(0, 60))}`;
  throw new GatewayError('DEFAULT_4XX', 'BadRequestException', message);
}

function rendered(template: string, body: string, exchange: Exchange, variables: Variables): string {
  try {
    return templateOf(template)(templateInput(body, exchange, variables)).text;
  } catch {
    // What the template does to this body cannot be done: it is nested too deeply, or is not what a function takes.
    throw new GatewayError('DEFAULT_4XX', 'BadRequestException', 'Could not parse request body');
  }
}

/** The header of the invocation that the request's parameters are mapped to. */
function isAsynchronous({ request }: Exchange, { headers }: AwsIntegration, variables: Variables): boolean {
  const [, expression] = Object.entries(headers).find(([name]) => name.toLowerCase() === INVOCATION_TYPE) ?? [];
  return expression !== undefined && compileExpression(expression)(request, variables) === 'Event';
}

export interface Answered {
  readonly body: string;
  /** The function's error or the service's status, which chooses the response. */
  readonly error: string | undefined;
}

export function respond(exchange: Exchange, { responses }: Mapping, answered: Answered, variables: Variables): Answer {
  const response = responseFor(responses, answered.error);
  if (response === undefined) throw configurationError();
  const values = parseJson(answered.body);
  const headers = Object.entries(response.headers).flatMap(([name, expression]): Header[] => {
    const value = headerValue(expression, values, exchange, variables);
    return value === undefined ? [] : [[name, value]];
  });
  return mappedAnswer(response, headers, answered.body, exchange, variables);
}

/** The response without a pattern is for what no pattern matches, and for success. */
function responseFor(responses: readonly MappedResponse[], error: string | undefined): MappedResponse | undefined {
  const matches = ({ selectionPattern: pattern }: MappedResponse): boolean =>
    error !== undefined && !!pattern && new RegExp(`^(?:${pattern})$`).test(error);
  return responses.find(matches) ?? responses.find(({ selectionPattern }) => !selectionPattern);
}

const BODY = /^integration\.response\.body(?:\.(.+))?$/;

/** `'text'`, `integration.response.body.id`, `context.requestId`, `stageVariables.name` */
function headerValue(expression: string, body: unknown, exchange: Exchange, variables: Variables): string | undefined {
  const inBody = BODY.exec(expression);
  if (inBody === null) return compileExpression(expression)(exchange.request, variables);
  const path = inBody[1]?.split('.') ?? [];
  const value = path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? own(inner as Record<string, unknown>, key) : undefined,
    body,
  );
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function configurationError(): GatewayError {
  return new GatewayError('API_CONFIGURATION_ERROR', 'InternalServerErrorException', 'Internal server error');
}
