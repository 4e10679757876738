import type { Method, Snapshot } from './documents.ts';
import type { ReceivedRequest } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import { compileModel, type Validate } from './models.ts';

/** @throws GatewayError BAD_REQUEST_PARAMETERS or BAD_REQUEST_BODY */
export type ValidateRequest = (request: ReceivedRequest) => void;

/**
 * What a method's request validator checks: required parameters, and the body by the model of its media type. A body of
 * a media type without a model is not checked, unless there is a model for `$default`.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function compileValidation(method: Method, { validators, models }: Snapshot): ValidateRequest {
  const validator = validators.find(({ id }) => id === method.requestValidatorId);
  const required = Object.entries(method.requestParameters).filter(([, isRequired]) => isRequired);
  const bodies = new Map(
    Object.entries(validator?.validateRequestBody === true ? method.requestModels : {}).map(
      ([mediaType, model]) => [mediaType, compileModel(model, models)] as const,
    ),
  );
  return (request) => {
    if (validator?.validateRequestParameters === true)
      checkParameters(
        required.map(([name]) => name),
        request,
      );
    const validate = bodies.get(mediaTypeOf(request)) ?? bodies.get('$default');
    if (validate !== undefined) checkBody(validate, request);
  };
}

function mediaTypeOf({ headers }: ReceivedRequest): string {
  const contentType = headers.get('content-type')?.at(-1) ?? 'application/json';
  return contentType.split(';')[0]!.trim().toLowerCase();
}

function checkParameters(required: readonly string[], request: ReceivedRequest): void {
  const missing = required
    .map((name) => name.slice('method.request.'.length))
    .filter((name) => !isPresent(name, request))
    .map((name) => name.slice(name.indexOf('.') + 1));
  if (missing.length === 0) return;
  const message = `Missing required request parameters: [${missing.join(', ')}]`;
  throw new GatewayError('BAD_REQUEST_PARAMETERS', 'BadRequestException', message, [message]);
}

/** `header.X-Version`, `querystring.limit`, `path.orderId`: there, and not blank. */
function isPresent(parameter: string, { headers, query, pathParameters }: ReceivedRequest): boolean {
  const dot = parameter.indexOf('.');
  const name = parameter.slice(dot + 1);
  const place = parameter.slice(0, dot);
  if (place === 'path') return (pathParameters[name] ?? '').trim() !== '';
  const values = place === 'header' ? headers.get(name.toLowerCase()) : query.get(name);
  return values?.some((value) => value.trim() !== '') === true;
}

function checkBody(validate: Validate, { body }: ReceivedRequest): void {
  const problems = problemsOf(validate, parse(body.toString('utf8')));
  if (problems.length === 0) return;
  throw new GatewayError('BAD_REQUEST_BODY', 'BadRequestException', 'Invalid request body', problems);
}

/** A body can be nested more deeply than there is stack to look into it, or to say what is in it. */
function problemsOf(validate: Validate, value: unknown): string[] {
  try {
    return validate(value);
  } catch (error) {
    if (error instanceof RangeError) return ['The body is nested too deeply'];
    throw error;
  }
}

function parse(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new GatewayError('BAD_REQUEST_BODY', 'BadRequestException', 'Invalid request body', ['Invalid JSON']);
  }
}
