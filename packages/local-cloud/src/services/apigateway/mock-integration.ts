import { isObject, parseJson } from '@dure/local-http/json';
import type { MappedResponse, MockIntegration } from './documents.ts';
import type { Answer, Exchange, Header } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import { mappedAnswer, templateFor, templateInput, templateOf } from './mapping.ts';
import type { Variables } from './template.ts';

/**
 * Answers without a backend: the request's template chooses a status, and the response of that status is answered.
 * @throws GatewayError UNSUPPORTED_MEDIA_TYPE, or API_CONFIGURATION_ERROR where there is no response for the status
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
export function callMock(exchange: Exchange, integration: MockIntegration, variables: Variables): Answer {
  const template = templateFor(exchange.request, integration);
  // A body without a template is handed on as it is, and then chooses no status.
  const status = template === undefined ? undefined : statusOf(template, exchange, variables);
  const response = status === undefined ? undefined : responseOf(integration, status);
  if (response === undefined) {
    throw new GatewayError('API_CONFIGURATION_ERROR', 'InternalServerErrorException', 'Internal server error');
  }
  exchange.integration = { latencyMs: 0, status: Number(status) };
  const headers = Object.entries(response.headers).map(([name, text]): Header => [name, text.slice(1, -1)]);
  return mappedAnswer(response, headers, '', exchange, variables);
}

/** `{"statusCode": 200}`, where keys and text may be without quotes. */
function statusOf(template: string, exchange: Exchange, variables: Variables): string | undefined {
  const body = exchange.request.body.toString('utf8');
  const { text } = templateOf(template)(templateInput(body, exchange, variables));
  const parsed = parseJson(text);
  if (isObject(parsed)) return parsed['statusCode'] === undefined ? undefined : String(parsed['statusCode']);
  return /["']?statusCode["']?\s*:\s*["']?([1-5]\d\d)\b/.exec(text)?.[1];
}

/** By selection pattern; the response without one is for what no pattern matches. */
function responseOf({ responses }: MockIntegration, status: string): MappedResponse | undefined {
  const matches = ({ selectionPattern: pattern }: MappedResponse): boolean =>
    pattern !== undefined && pattern !== '' && new RegExp(`^(?:${pattern})$`).test(status);
  return responses.find(matches) ?? responses.find(({ selectionPattern }) => !selectionPattern);
}
