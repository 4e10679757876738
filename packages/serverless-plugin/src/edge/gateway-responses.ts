import { edgeProblems, type EdgeProblem } from '@dure/contracts/edge-problem';
import { commonProblems, problemType, type CommonProblem } from '@dure/contracts/problem';
import { helpHeader } from '../docs-url.ts';
import type { Json, Resource, Resources } from '../types.ts';

type Code = EdgeProblem | CommonProblem;

/**
 * Every response type of API Gateway and its problem.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const PROBLEMS: Readonly<Record<string, Code>> = {
  ACCESS_DENIED: 'forbidden',
  API_CONFIGURATION_ERROR: 'internal-error',
  AUTHORIZER_CONFIGURATION_ERROR: 'internal-error',
  // The authorizer failed, which refuses nobody: the keys of the issuer could not be read, or it ran out of time.
  AUTHORIZER_FAILURE: 'authorization-unavailable',
  BAD_REQUEST_BODY: 'invalid-request',
  BAD_REQUEST_PARAMETERS: 'invalid-request',
  DEFAULT_4XX: 'request-refused',
  DEFAULT_5XX: 'internal-error',
  EXPIRED_TOKEN: 'access-denied',
  INTEGRATION_FAILURE: 'no-answer',
  INTEGRATION_TIMEOUT: 'no-answer',
  INVALID_API_KEY: 'api-key-required',
  INVALID_SIGNATURE: 'access-denied',
  // API Gateway's response for a path or method that does not exist.
  MISSING_AUTHENTICATION_TOKEN: 'not-found',
  QUOTA_EXCEEDED: 'quota-exceeded',
  REQUEST_TOO_LARGE: 'body-too-large',
  RESOURCE_NOT_FOUND: 'not-found',
  THROTTLED: 'too-many-requests',
  UNAUTHORIZED: 'unauthenticated',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported-media-type',
  WAF_FILTERED: 'access-denied',
};

/** Variables with a JSON text or a part of one. Templates can use nothing else. */
const MESSAGE = '$context.error.messageString';
const VALIDATION = '$context.error.validationErrorString';

/** The headers of a function's responses; the caller's ids are returned. */
export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': "'application/problem+json'",
  'Cache-Control': "'no-store'",
  'X-Content-Type-Options': "'nosniff'",
  'Strict-Transport-Security': "'max-age=63072000; includeSubDomains'",
  'Referrer-Policy': "'no-referrer'",
  'Access-Control-Allow-Origin': "'*'",
  'Access-Control-Expose-Headers': "'*'",
  'x-correlation-id': 'method.request.header.x-correlation-id',
  'x-request-id': 'method.request.header.x-request-id',
};

/** Source: https://www.rfc-editor.org/rfc/rfc6750#section-3 */
const MORE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AUTHORIZER_FAILURE: { 'Retry-After': "'1'" },
  UNAUTHORIZED: { 'WWW-Authenticate': "'Bearer'" },
};

/**
 * A gateway response per response type, so API Gateway's own answers are problem+json too, with a link to the page of
 * the problem below `docs`.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html
 */
export function gatewayResponses(restApi: Json, docs: string): Resources {
  return Object.fromEntries(
    Object.entries(PROBLEMS).map(([type, code]) => [logicalIdOf(type), gatewayResponse(restApi, type, code, docs)]),
  );
}

function gatewayResponse(restApi: Json, type: string, code: Code, docs: string): Resource {
  const { status, title } = { ...commonProblems, ...edgeProblems }[code];
  return {
    Type: 'AWS::ApiGateway::GatewayResponse',
    Properties: {
      RestApiId: restApi,
      ResponseType: type,
      StatusCode: String(status),
      ResponseParameters: Object.fromEntries(
        Object.entries({ ...HEADERS, ...MORE[type], Link: helpHeader(docs, code) }).map(([name, value]) => [
          `gatewayresponse.header.${name}`,
          value,
        ]),
      ),
      ResponseTemplates: { 'application/json': problem(type, code, status, title) },
    },
  };
}

/**
 * Here the path contains the stage, and `requestId` finds the line in the access log. The validator names missing and
 * unknown fields. For a wrong value it says what is wrong, but not where.
 */
function problem(type: string, code: Code, status: number, title: string): string {
  const members = [
    `"type":${JSON.stringify(problemType(code))}`,
    `"title":${JSON.stringify(title)}`,
    `"status":${status}`,
    ...detail(type),
    '"instance":"$context.path"',
    '"requestId":"$context.requestId"',
  ];
  if (type === 'BAD_REQUEST_BODY') {
    members.push(`"errors":[{"in":"body","field":"","pointer":"","detail":"${VALIDATION}"}]`);
  }
  return `{${members.join(',')}}`;
}

function detail(type: string): string[] {
  if (type === 'BAD_REQUEST_BODY') return [`"detail":"${VALIDATION}"`];
  // It would mention a token, which no caller needs.
  return type === 'MISSING_AUTHENTICATION_TOKEN' ? [] : [`"detail":${MESSAGE}`];
}

/** `BAD_REQUEST_BODY` → `ApiGatewayResponseBadRequestBody`. */
function logicalIdOf(type: string): string {
  const words = type.split('_').map((word) => word.charAt(0) + word.slice(1).toLowerCase());
  return `ApiGatewayResponse${words.join('')}`;
}
