import { own } from '@dure/local-http/own-property';
import type { MockIntegration, MockResponse } from './documents.ts';
import { corsOrigins } from './cors-template.ts';
import type { Answer, Exchange, Header } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import { compileTemplate, type Variables } from './template.ts';

/**
 * Answers without a backend: the request's template chooses a status, and the response of that status is answered.
 * @throws GatewayError UNSUPPORTED_MEDIA_TYPE, or API_CONFIGURATION_ERROR where there is no response for the status
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
export function callMock(exchange: Exchange, integration: MockIntegration, variables: Variables): Answer {
  const mediaType = (exchange.request.headers.get('content-type')?.at(-1) ?? 'application/json').split(';')[0]!.trim();
  const status = own(integration.requestStatuses, mediaType) ?? passedThrough(integration);
  const response = status === undefined ? undefined : responseOf(integration, status);
  if (response === undefined) {
    throw new GatewayError('API_CONFIGURATION_ERROR', 'InternalServerErrorException', 'Internal server error');
  }
  exchange.integration = { latencyMs: 0, status: Number(status) };
  const [contentType = 'application/json', template = ''] = Object.entries(response.templates)[0] ?? [];
  const headers: Header[] = [['Content-Type', contentType], ...Object.entries(response.headers)];
  const origins = corsOrigins(template);
  if (origins !== undefined) {
    return {
      status: Number(response.statusCode),
      headers: withOrigin(headers, exchange, origins),
      body: Buffer.alloc(0),
    };
  }
  return {
    status: Number(response.statusCode),
    headers,
    body: Buffer.from(compileTemplate(template)(variables, { missing: '' })),
  };
}

/** The request's own origin in the place of the one that the template has, if it is allowed. */
function withOrigin(headers: readonly Header[], { request }: Exchange, origins: readonly RegExp[]): readonly Header[] {
  const origin = request.headers.get('origin')?.at(-1);
  if (origin === undefined || !origins.some((allowed) => allowed.test(origin))) return headers;
  const name = 'Access-Control-Allow-Origin';
  return [...headers.filter(([header]) => header !== name), [name, origin]];
}

/** A body without a template is handed on as it is, and then chooses no status. */
function passedThrough({ passthroughBehavior, requestStatuses }: MockIntegration): undefined {
  const isRefused =
    passthroughBehavior === 'NEVER' ||
    (passthroughBehavior === 'WHEN_NO_TEMPLATES' && Object.keys(requestStatuses).length > 0);
  if (!isRefused) return undefined;
  throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'BadRequestException', 'Unsupported Media Type');
}

/** By selection pattern; the response without one is for what no pattern matches. */
function responseOf({ responses }: MockIntegration, status: string): MockResponse | undefined {
  const matches = ({ selectionPattern: pattern }: MockResponse): boolean =>
    pattern !== undefined && pattern !== '' && new RegExp(`^(?:${pattern})$`).test(status);
  return responses.find(matches) ?? responses.find(({ selectionPattern }) => !selectionPattern);
}
