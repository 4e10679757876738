import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { TooOften } from '../domain/lock-out.ts';
import { USUAL } from '../oauth/answer.ts';
import { fieldsOf, type Form } from '../oauth/form.ts';
import { contentSecurityPolicy } from './page.ts';

/** @param redirectUri where the form on the page may send the person */
export const html = (statusCode: number, body: string, redirectUri?: string): APIGatewayProxyResult => ({
  statusCode,
  headers: {
    ...USUAL,
    // With no-referrer the browser would not say where the form comes from.
    'referrer-policy': 'same-origin',
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': contentSecurityPolicy(redirectUri),
    vary: 'accept-language',
  },
  body,
});

/** The same answer, which says how long to wait. */
export const waiting = (answer: APIGatewayProxyResult, { waitSeconds }: TooOften): APIGatewayProxyResult => ({
  ...answer,
  headers: { ...answer.headers, 'retry-after': String(waitSeconds) },
});

/** The browser forgets the password on the way: it asks for the new address by GET. */
export const redirect = (location: string): APIGatewayProxyResult => ({
  statusCode: 303,
  headers: { ...USUAL, 'cache-control': 'no-store', location },
  body: '',
});

/** @throws OAuthError invalid_request */
export function queryOf({ multiValueQueryStringParameters: given }: APIGatewayProxyEvent): Form {
  const all = Object.entries(given ?? {}).flatMap(([name, values]) =>
    (values ?? []).map((value) => [name, value] as const),
  );
  return fieldsOf(all);
}
