import { compileTemplate, type MappingTemplate, type TemplateInput } from '@dure/mapping-templates';
import { own } from '@dure/local-http/own-property';
import type { Mapping, MappedResponse } from './documents.ts';
import type { Answer, Exchange, Header, ReceivedRequest } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import { isSendable } from './lambda-integration.ts';
import type { Variables } from './template.ts';

const JSON_TYPE = 'application/json';

/**
 * The request template of the body's media type; undefined where the body goes on as it is.
 * @throws GatewayError UNSUPPORTED_MEDIA_TYPE
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
 */
export function templateFor(
  { headers }: ReceivedRequest,
  { requestTemplates, passthroughBehavior }: Mapping,
): string | undefined {
  const mediaType = (headers.get('content-type')?.at(-1) ?? JSON_TYPE).split(';')[0]!.trim().toLowerCase();
  const template = own(requestTemplates, mediaType);
  if (template !== undefined) return template;
  const isRefused =
    passthroughBehavior === 'NEVER' ||
    (passthroughBehavior === 'WHEN_NO_TEMPLATES' && Object.keys(requestTemplates).length > 0);
  if (!isRefused) return undefined;
  throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'BadRequestException', 'Unsupported Media Type');
}

const compiled = new Map<string, MappingTemplate>();

/** Each template is compiled once. */
export function templateOf(text: string): MappingTemplate {
  const template = compiled.get(text) ?? compileTemplate(text);
  compiled.set(text, template);
  return template;
}

/** What templates read of a call. */
export function templateInput(body: string, { request, stage }: Exchange, variables: Variables): TemplateInput {
  const header = [...request.headers].map(([key, values]) => [
    request.headerNames.get(key) ?? key,
    values.at(-1) ?? '',
  ]);
  const querystring = [...request.query].map(([name, values]) => [name, values.at(-1) ?? '']);
  return {
    body,
    params: {
      header: Object.fromEntries(header) as Record<string, string>,
      querystring: Object.fromEntries(querystring) as Record<string, string>,
      path: request.pathParameters,
    },
    context: nested(variables),
    stageVariables: stage.variables,
  };
}

/** `identity.sourceIp` → `{ identity: { sourceIp } }`. Stage variables are apart. */
function nested(variables: Variables): Record<string, unknown> {
  const context: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(variables)) {
    const [group, ...rest] = name.split('.');
    if (value === undefined || group === undefined || group === 'stageVariables') continue;
    if (rest.length === 0) context[group] = value;
    else context[group] = { ...(context[group] as object | undefined), [rest.join('.')]: value };
  }
  return context;
}

/** An answer by a response's template, with what the template overrides. The first media type is the answer's. */
export function mappedAnswer(
  { statusCode, templates }: MappedResponse,
  headers: readonly Header[],
  body: string,
  exchange: Exchange,
  variables: Variables,
): Answer {
  const [mediaType = JSON_TYPE, template = ''] = Object.entries(templates)[0] ?? [];
  const { text, responseOverride } =
    template === ''
      ? { text: body, responseOverride: { header: {} } }
      : templateOf(template)(templateInput(body, exchange, variables));
  const overridden = Object.entries(responseOverride.header);
  const set: readonly Header[] = [['Content-Type', mediaType], ...headers, ...overridden];
  const last = new Map(set.map(([name, value]) => [name.toLowerCase(), [name, value] as Header]));
  return {
    status: responseOverride.status ?? Number(statusCode),
    headers: [...last.values()].filter(isSendable),
    body: Buffer.from(text.trim() === '' ? '' : text),
  };
}
