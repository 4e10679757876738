import type { GatewayResponseSetting } from './documents.ts';
import type { Answer, Header, ReceivedRequest } from './exchange.ts';
import { badRequest } from './reader.ts';
import { compileTemplate, jsonEscape, type Variables } from './template.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
export const DEFAULT_STATUS = {
  ACCESS_DENIED: 403,
  API_CONFIGURATION_ERROR: 500,
  AUTHORIZER_CONFIGURATION_ERROR: 500,
  AUTHORIZER_FAILURE: 500,
  BAD_REQUEST_BODY: 400,
  BAD_REQUEST_PARAMETERS: 400,
  DEFAULT_4XX: 400,
  DEFAULT_5XX: 502,
  EXPIRED_TOKEN: 403,
  INTEGRATION_FAILURE: 504,
  INTEGRATION_TIMEOUT: 504,
  INVALID_API_KEY: 403,
  INVALID_SIGNATURE: 403,
  MISSING_AUTHENTICATION_TOKEN: 403,
  QUOTA_EXCEEDED: 429,
  REQUEST_TOO_LARGE: 413,
  RESOURCE_NOT_FOUND: 404,
  THROTTLED: 429,
  UNAUTHORIZED: 401,
  UNSUPPORTED_MEDIA_TYPE: 415,
  WAF_FILTERED: 403,
} as const;

export type ResponseType = keyof typeof DEFAULT_STATUS;

export function isResponseType(name: string): name is ResponseType {
  return Object.hasOwn(DEFAULT_STATUS, name);
}

/** What API Gateway answers by itself, instead of the integration. */
export class GatewayError extends Error {
  readonly responseType: ResponseType;
  /** For `x-amzn-ErrorType`. */
  readonly errorType: string;
  readonly validationErrors: readonly string[];

  constructor(
    responseType: ResponseType,
    errorType: string,
    message: string,
    validationErrors: readonly string[] = [],
  ) {
    super(message);
    this.responseType = responseType;
    this.errorType = errorType;
    this.validationErrors = validationErrors;
  }
}

type Expression = (request: ReceivedRequest, variables: Variables) => string | undefined;

const LITERAL = /^'(.*)'$/s;
const REQUEST_PART = /^method\.request\.(header|querystring|path)\.(\S+)$/;

/**
 * What a header is set to: `'text'`, `context.requestId`, `stageVariables.name`, `method.request.header.name` …
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function compileExpression(expression: string): Expression {
  const literal = LITERAL.exec(expression)?.[1];
  if (literal !== undefined) return () => literal;
  const [, part, name = ''] = REQUEST_PART.exec(expression) ?? [];
  if (part === 'header') return (request) => request.headers.get(name.toLowerCase())?.at(-1);
  if (part === 'querystring') return (request) => request.query.get(name)?.at(-1);
  if (part === 'path') return (request) => request.pathParameters[name];
  if (!/^(?:context|stageVariables)\.\S+$/.test(expression)) {
    throw badRequest(
      `The header value ${expression} is not supported here. It is a 'text' in quotes, context.…, stageVariables.… or ` +
        'method.request.header.…, .querystring.… or .path.…',
    );
  }
  const template = compileTemplate(`$${expression}`);
  return (_request, variables) => template(variables, { missing: '' });
}

/** What a client may have put into a query, and would end a header. */
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/g;

/** The API's own response for the error; DEFAULT_4XX or DEFAULT_5XX where it has none of that type; AWS's default. */
export function gatewayResponse(
  error: GatewayError,
  settings: readonly GatewayResponseSetting[],
  request: ReceivedRequest,
  variables: Variables,
): Answer {
  const ofType = (type: string): GatewayResponseSetting | undefined =>
    settings.find(({ responseType }) => responseType === type);
  const usual = DEFAULT_STATUS[error.responseType];
  const setting = ofType(error.responseType) ?? ofType(usual < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const [mediaType, template] = chooseTemplate(setting, error, request);
  const withError = { ...variables, ...errorVariables(error) };
  const set = Object.entries(setting?.responseParameters ?? {}).flatMap(([target, expression]): Header[] => {
    const value = compileExpression(expression)(request, withError);
    const name = target.slice('gatewayresponse.header.'.length);
    return value === undefined ? [] : [[name, value.replace(NOT_IN_HEADERS, '')]];
  });
  const replaced = new Set(set.map(([name]) => name.toLowerCase()));
  const own: Header[] = [
    ['Content-Type', mediaType],
    ['x-amzn-ErrorType', error.errorType],
  ];
  return {
    status: Number(setting?.statusCode ?? usual),
    headers: [...own.filter(([name]) => !replaced.has(name.toLowerCase())), ...set],
    body: Buffer.from(compileTemplate(template)(withError, { missing: '' })),
  };
}

export function errorVariables({ message, responseType, validationErrors }: GatewayError): Variables {
  return {
    'error.message': message,
    'error.messageString': JSON.stringify(message),
    'error.responseType': responseType,
    // Escaped, so that it can stand between quotes.
    ...(validationErrors.length > 0 && {
      'error.validationErrorString': jsonEscape(`[${validationErrors.join(', ')}]`),
    }),
  };
}

/** By the request's Accept; JSON where that chooses none. */
function chooseTemplate(
  setting: GatewayResponseSetting | undefined,
  { responseType }: GatewayError,
  { headers }: ReceivedRequest,
): [string, string] {
  const templates = Object.entries(setting?.responseTemplates ?? {});
  const accepted = (headers.get('accept')?.at(-1) ?? '').split(',').map((type) => type.split(';')[0]!.trim());
  const name = responseType === 'ACCESS_DENIED' ? 'Message' : 'message';
  const chosen =
    templates.find(([mediaType]) => accepted.includes(mediaType)) ??
    templates.find(([mediaType]) => mediaType === 'application/json') ??
    templates[0];
  return chosen ?? ['application/json', `{"${name}":$context.error.messageString}`];
}
