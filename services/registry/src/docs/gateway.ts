import { helpLink } from '@dure/contracts/binding/help-link';
import { commonProblems, problemType } from '@dure/contracts/problem';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { DocsAnswer, DocsRequest } from './answer.ts';

/** The request, at its address below the API: the stage, or a domain's base path, is not part of it. */
export function requestOf(event: APIGatewayProxyEvent): DocsRequest {
  const { resource, pathParameters, queryStringParameters } = event;
  const filled = resource.replace(/\{(\w+)\+?\}/g, (_, name: string) => pathParameters?.[name] ?? '');
  // API Gateway serves `/docs/` by the resource `/docs`, where relative links would lead elsewhere.
  const path = event.path.endsWith('/') && !filled.endsWith('/') ? `${filled}/` : filled;
  return { path, lang: queryStringParameters?.['lang'], headers: lowerCase(event.headers) };
}

/** Source: https://owasp.org/www-project-secure-headers/ */
export const USUAL = {
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'referrer-policy': 'no-referrer',
  // What is public may be read from anywhere, as by a tool that shows documents.
  'access-control-allow-origin': '*',
};

/** API Gateway takes a body of any kind in base64, as all types are binary in this API. */
export function resultOf(answer: DocsAnswer | undefined, { path }: APIGatewayProxyEvent): APIGatewayProxyResult {
  if (answer === undefined) return notFound(path);
  const { status, headers, body } = answer;
  return {
    statusCode: status,
    headers: { ...USUAL, ...headers },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

function notFound(instance: string): APIGatewayProxyResult {
  const { status, title } = commonProblems['not-found'];
  const link = helpLink('not-found');
  return {
    statusCode: status,
    headers: {
      ...USUAL,
      ...{ 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      ...(link !== undefined && { link }),
    },
    body: JSON.stringify({ type: problemType('not-found'), title, status, instance }),
  };
}

function lowerCase(headers: APIGatewayProxyEvent['headers'] | null): DocsRequest['headers'] {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}
