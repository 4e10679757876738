import { corsOrigins } from '../cors-template.ts';
import { compileTemplate } from '../template.ts';
import type { Integration, LambdaIntegration, MockIntegration, MockResponse } from '../documents.ts';
import { badRequest, read, type Reader } from '../reader.ts';

const DEFAULT_TIMEOUT_MS = 29_000;
const MAX_TIMEOUT_MS = 29_000;
/** With a raised quota of the account. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_REGIONAL_TIMEOUT_MS = 300_000;
const MIN_TIMEOUT_MS = 50;
const LAMBDA_URI = /^arn:[\w-]+:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;
const STATUS_TEMPLATE = /^\s*\{\s*["']?statusCode["']?\s*:\s*["']?([1-5]\d\d)["']?\s*\}\s*$/;
const RESPONSE_HEADER = 'method.response.header.';

/**
 * A method's Integration: AWS_PROXY to a Lambda function, or MOCK without VTL. Others are refused by name.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-integration.html
 */
export function readIntegration(reader: Reader, endpointTypes: readonly string[]): Integration {
  const type = reader.required('Type');
  refuseUnless(reader, 'ConnectionType', ['INTERNET']);
  if (reader.strings('CacheKeyParameters').length > 0) {
    throw badRequest('Integration.CacheKeyParameters: caching of responses is not supported here.');
  }
  const integration =
    type === 'AWS_PROXY' ? readLambda(reader, endpointTypes) : type === 'MOCK' ? readMock(reader) : undefined;
  if (integration === undefined) {
    throw badRequest(`The integration type ${type} is not supported here. AWS_PROXY (Lambda) and MOCK are.`);
  }
  reader.done();
  return integration;
}

/** The function's ARN of an invocation URI. */
export function functionArnOf(uri: string): string {
  const arn = LAMBDA_URI.exec(uri)?.[1];
  if (arn !== undefined) return arn;
  throw badRequest(
    `The integration URI ${uri} is not that of a Lambda function, which is the only one supported here.`,
  );
}

function readLambda(reader: Reader, endpointTypes: readonly string[]): LambdaIntegration {
  const uri = reader.required('Uri');
  const method = reader.required('IntegrationHttpMethod');
  if (method !== 'POST') throw badRequest(`IntegrationHttpMethod of a Lambda function is POST, not ${method}.`);
  const timeoutInMillis = reader.number('TimeoutInMillis') ?? DEFAULT_TIMEOUT_MS;
  const isRegional = endpointTypes.includes('REGIONAL');
  const max = isRegional ? MAX_REGIONAL_TIMEOUT_MS : MAX_TIMEOUT_MS;
  if (timeoutInMillis < MIN_TIMEOUT_MS || timeoutInMillis > max) {
    const regional = isRegional ? '' : ` A Regional API may have ${MAX_REGIONAL_TIMEOUT_MS} ms.`;
    throw badRequest(
      `Timeout should be between ${MIN_TIMEOUT_MS} ms and ${max} ms, not ${timeoutInMillis}.${regional}`,
    );
  }
  reader.accept('PassthroughBehavior');
  return { type: 'AWS_PROXY', uri, functionArn: functionArnOf(uri), timeoutInMillis };
}

function readMock(reader: Reader): MockIntegration {
  refuseUnless(reader, 'ContentHandling', ['CONVERT_TO_TEXT']);
  const passthrough = reader.text('PassthroughBehavior') ?? 'WHEN_NO_MATCH';
  if (passthrough !== 'WHEN_NO_MATCH' && passthrough !== 'WHEN_NO_TEMPLATES' && passthrough !== 'NEVER') {
    throw badRequest(`PassthroughBehavior is WHEN_NO_MATCH, WHEN_NO_TEMPLATES or NEVER, not ${passthrough}.`);
  }
  reader.accept('TimeoutInMillis');
  const templates = Object.entries(reader.textMap('RequestTemplates'));
  return {
    type: 'MOCK',
    requestStatuses: Object.fromEntries(templates.map(([mediaType, template]) => [mediaType, statusOf(template)])),
    passthroughBehavior: passthrough,
    responses: reader.records('IntegrationResponses').map((response) => readMockResponse(response)),
  };
}

function statusOf(template: string): string {
  const status = STATUS_TEMPLATE.exec(template)?.[1];
  if (status !== undefined) return status;
  throw badRequest(
    `The request template ${JSON.stringify(template)} of a MOCK integration is not supported here: it has to be ` +
      '{"statusCode": 200} or another status, without VTL.',
  );
}

function readMockResponse(properties: Readonly<Record<string, unknown>>): MockResponse {
  const reader = read('Integration.IntegrationResponses', properties);
  refuseUnless(reader, 'ContentHandling', ['CONVERT_TO_TEXT']);
  const headers = Object.entries(reader.textMap('ResponseParameters')).map(([target, expression]) => {
    if (!target.startsWith(RESPONSE_HEADER) || !/^'[^']*'$/.test(expression)) {
      throw badRequest(`A MOCK response sets headers to 'texts' in quotes here, not ${target} to ${expression}.`);
    }
    return [target.slice(RESPONSE_HEADER.length), expression.slice(1, -1)];
  });
  const templates = reader.textMap('ResponseTemplates');
  for (const template of Object.values(templates)) if (corsOrigins(template) === undefined) compileTemplate(template);
  const response = {
    statusCode: reader.required('StatusCode'),
    selectionPattern: reader.text('SelectionPattern'),
    headers: Object.fromEntries(headers) as Record<string, string>,
    templates,
  };
  reader.done();
  return response;
}

function refuseUnless(reader: Reader, name: string, allowed: readonly string[]): void {
  const value = reader.text(name);
  if (value !== undefined && !allowed.includes(value)) {
    throw badRequest(`Integration.${name}: ${value} is not supported here, only ${allowed.join(', ')}.`);
  }
}
