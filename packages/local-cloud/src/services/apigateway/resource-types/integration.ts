import { compileTemplate } from '@dure/mapping-templates';
import type {
  AwsIntegration,
  HttpIntegration,
  Integration,
  LambdaIntegration,
  MappedResponse,
  Mapping,
  MockIntegration,
  ServiceIntegration,
} from '../documents.ts';
import { compileExpression } from '../gateway-response.ts';
import { badRequest, read, type Reader } from '../reader.ts';

const DEFAULT_TIMEOUT_MS = 29_000;
const MAX_TIMEOUT_MS = 29_000;
/** With a raised quota of the account. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_REGIONAL_TIMEOUT_MS = 300_000;
const MIN_TIMEOUT_MS = 50;
const LAMBDA_URI = /^arn:[\w-]+:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;
const STATES_URI = /^arn:[\w-]+:apigateway:[\w-]+:states:action\/(\w+)$/;
const RESPONSE_HEADER = 'method.response.header.';
const REQUEST_HEADER = 'integration.request.header.';

/**
 * A method's Integration: AWS_PROXY or AWS to a Lambda function, AWS to an action of Step Functions, HTTP_PROXY, or MOCK. Others
 * are refused by name.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-integration.html
 */
export function readIntegration(reader: Reader, endpointTypes: readonly string[]): Integration {
  const type = reader.required('Type');
  refuseUnless(reader, 'ConnectionType', ['INTERNET']);
  if (reader.strings('CacheKeyParameters').length > 0) {
    throw badRequest('Integration.CacheKeyParameters: caching of responses is not supported here.');
  }
  const integration = readByType(type, reader, endpointTypes);
  reader.done();
  return integration;
}

function readByType(type: string, reader: Reader, endpointTypes: readonly string[]): Integration {
  if (type === 'AWS_PROXY') {
    reader.accept('PassthroughBehavior');
    return readLambda(reader, endpointTypes);
  }
  if (type === 'AWS') return readAws(reader, endpointTypes);
  if (type === 'MOCK') return readMock(reader);
  if (type === 'HTTP_PROXY') return readHttp(reader, endpointTypes);
  throw badRequest(
    `The integration type ${type} is not supported here. AWS_PROXY and AWS (to a Lambda function), HTTP_PROXY and MOCK are.`,
  );
}

/** The function's ARN of an invocation URI. */
export function functionArnOf(uri: string): string {
  const arn = LAMBDA_URI.exec(uri)?.[1];
  if (arn !== undefined) return arn;
  throw badRequest(
    `The integration URI ${uri} is not that of a Lambda function or, in a REST API, of an action of Step Functions. ` +
      'Others are not supported here.',
  );
}

function readService(action: string, reader: Reader, endpointTypes: readonly string[]): ServiceIntegration {
  // The role whose credentials AWS calls the service with: IAM is not asked here.
  reader.accept('Credentials');
  const parameters = Object.keys(reader.textMap('RequestParameters'));
  const unknown = parameters.find((target) => !target.startsWith(REQUEST_HEADER));
  if (unknown !== undefined) throw badRequest(`Integration.RequestParameters: ${unknown} is not supported here.`);
  return {
    type: 'AWS',
    ...{ uri: reader.required('Uri'), action, timeoutInMillis: readPost(reader, endpointTypes) },
    ...readMapping(reader, checkResponseHeader),
  };
}

function readLambda(reader: Reader, endpointTypes: readonly string[]): LambdaIntegration {
  const uri = reader.required('Uri');
  const timeoutInMillis = readPost(reader, endpointTypes);
  return { type: 'AWS_PROXY', uri, functionArn: functionArnOf(uri), timeoutInMillis };
}

/** Functions and services are called by POST. Answers the milliseconds that they have. */
function readPost(reader: Reader, endpointTypes: readonly string[]): number {
  const method = reader.required('IntegrationHttpMethod');
  if (method !== 'POST') {
    const reason = 'Lambda and other services of AWS take POST, and each request would be answered with 500';
    throw badRequest(`IntegrationHttpMethod: ${method} is not supported here: ${reason}.`);
  }
  return readTimeout(reader, endpointTypes);
}

function readTimeout(reader: Reader, endpointTypes: readonly string[]): number {
  const timeoutInMillis = reader.number('TimeoutInMillis') ?? DEFAULT_TIMEOUT_MS;
  const isRegional = endpointTypes.includes('REGIONAL');
  const max = isRegional ? MAX_REGIONAL_TIMEOUT_MS : MAX_TIMEOUT_MS;
  if (timeoutInMillis < MIN_TIMEOUT_MS || timeoutInMillis > max) {
    const regional = isRegional ? '' : ` A Regional API may have ${MAX_REGIONAL_TIMEOUT_MS} ms.`;
    throw badRequest(
      `Timeout should be between ${MIN_TIMEOUT_MS} ms and ${max} ms, not ${timeoutInMillis}.${regional}`,
    );
  }
  return timeoutInMillis;
}

function readAws(reader: Reader, endpointTypes: readonly string[]): AwsIntegration | ServiceIntegration {
  const action = STATES_URI.exec(reader.required('Uri'))?.[1];
  if (action !== undefined) return readService(action, reader, endpointTypes);
  const parameters = Object.entries(reader.textMap('RequestParameters'));
  const unknown = parameters.find(
    ([target]) => !/^integration\.request\.(?:header|querystring|path)\.\S+$/.test(target),
  );
  if (unknown !== undefined) throw badRequest(`Integration.RequestParameters: ${unknown[0]} is not supported here.`);
  const headers = parameters.filter(([target]) => target.startsWith(REQUEST_HEADER));
  for (const [, expression] of headers) compileExpression(expression);
  return {
    ...readLambda(reader, endpointTypes),
    type: 'AWS',
    headers: Object.fromEntries(
      headers.map(([target, expression]) => [target.slice(REQUEST_HEADER.length), expression]),
    ),
    ...readMapping(reader, checkResponseHeader),
  };
}

function checkResponseHeader(expression: string): void {
  if (!/^integration\.response\.body(?:\.\S+)?$/.test(expression)) compileExpression(expression);
}

const REQUEST_PARAMETER = /^integration\.request\.(?:header|querystring|path)\.\S+$/;
const HTTP_METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** The host is fixed: a request may change what follows it, and nothing before. */
const HTTP_URI = /^https?:\/\/[^/{}?#@\\$\s]+(?:\/(?:[^?#{}$\s]|\{\w+\})*)?$/;

function readHttp(reader: Reader, endpointTypes: readonly string[]): HttpIntegration {
  reader.accept('PassthroughBehavior');
  const uri = reader.required('Uri');
  if (!HTTP_URI.test(uri) || URL.parse(uri) === null) {
    throw badRequest(`Invalid HTTP endpoint specified for URI: ${uri}. Here it is a fixed host with a path.`);
  }
  const httpMethod = reader.required('IntegrationHttpMethod');
  if (!HTTP_METHODS.includes(httpMethod)) throw badRequest(`Invalid HTTP method specified: ${httpMethod}`);
  const parameters = reader.textMap('RequestParameters');
  for (const [target, expression] of Object.entries(parameters)) {
    if (!REQUEST_PARAMETER.test(target)) {
      throw badRequest(`Integration.RequestParameters: ${target} is not supported here.`);
    }
    compileExpression(expression);
  }
  return { type: 'HTTP_PROXY', uri, httpMethod, timeoutInMillis: readTimeout(reader, endpointTypes), parameters };
}

function readMock(reader: Reader): MockIntegration {
  reader.accept('TimeoutInMillis');
  return {
    type: 'MOCK',
    ...readMapping(reader, (expression) => {
      if (!/^'[^']*'$/.test(expression)) {
        throw badRequest(`A MOCK response sets headers to 'texts' in quotes here, not to ${expression}.`);
      }
    }),
  };
}

function readMapping(reader: Reader, checkHeader: (expression: string) => void): Mapping {
  refuseUnless(reader, 'ContentHandling', ['CONVERT_TO_TEXT']);
  const passthrough = reader.text('PassthroughBehavior') ?? 'WHEN_NO_MATCH';
  if (passthrough !== 'WHEN_NO_MATCH' && passthrough !== 'WHEN_NO_TEMPLATES' && passthrough !== 'NEVER') {
    throw badRequest(`PassthroughBehavior is WHEN_NO_MATCH, WHEN_NO_TEMPLATES or NEVER, not ${passthrough}.`);
  }
  const requestTemplates = reader.textMap('RequestTemplates');
  for (const template of Object.values(requestTemplates)) checkTemplate(template);
  return {
    requestTemplates,
    passthroughBehavior: passthrough,
    responses: reader.records('IntegrationResponses').map((response) => readResponse(response, checkHeader)),
  };
}

function readResponse(
  properties: Readonly<Record<string, unknown>>,
  checkHeader: (expression: string) => void,
): MappedResponse {
  const reader = read('Integration.IntegrationResponses', properties);
  refuseUnless(reader, 'ContentHandling', ['CONVERT_TO_TEXT']);
  const headers = Object.entries(reader.textMap('ResponseParameters')).map(([target, expression]) => {
    if (!target.startsWith(RESPONSE_HEADER)) throw badRequest(`ResponseParameters: ${target} is not supported here.`);
    checkHeader(expression);
    return [target.slice(RESPONSE_HEADER.length), expression];
  });
  const templates = reader.textMap('ResponseTemplates');
  for (const template of Object.values(templates)) checkTemplate(template);
  const selectionPattern = reader.text('SelectionPattern');
  if (selectionPattern !== undefined) new RegExp(selectionPattern);
  const response = {
    statusCode: reader.required('StatusCode'),
    selectionPattern,
    headers: Object.fromEntries(headers) as Record<string, string>,
    templates,
  };
  reader.done();
  return response;
}

function checkTemplate(template: string): void {
  try {
    compileTemplate(template);
  } catch (error) {
    throw badRequest(`Invalid mapping template specified: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refuseUnless(reader: Reader, name: string, allowed: readonly string[]): void {
  const value = reader.text(name);
  if (value !== undefined && !allowed.includes(value)) {
    throw badRequest(`Integration.${name}: ${value} is not supported here, only ${allowed.join(', ')}.`);
  }
}
