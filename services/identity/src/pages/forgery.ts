import type { APIGatewayProxyEvent } from 'aws-lambda';
import { sameSecret } from '../application/authenticate-client.ts';
import { newSecret } from '../application/new-secret.ts';
import { headerOf } from '../oauth/form.ts';

const NAME = 'dure-form';
const VALUE = /^[A-Za-z0-9_-]{43}$/;
const MINUTES = 30;

/** The field of the form that has to be as the cookie. */
export const FIELD = 'form_token';

/** What the browser has, or a new one. */
export function formToken(event: APIGatewayProxyEvent): string {
  const known = new RegExp(`(?:^|;\\s*)${NAME}=([^;]+)`).exec(headerOf(event, 'cookie') ?? '')?.[1];
  return known !== undefined && VALUE.test(known) ? known : newSecret();
}

/** For the pages below `path` alone, and never sent from another site's. */
export function cookieOf(token: string, issuer: string, path: '/oauth/authorize' | '/account'): string {
  const { protocol, pathname } = new URL(`${issuer}${path}`);
  const secure = protocol === 'https:' ? '; Secure' : '';
  return `${NAME}=${token}; Path=${pathname}; Max-Age=${MINUTES * 60}; HttpOnly; SameSite=Strict${secure}`;
}

/**
 * Whether the form comes from the page itself: the browser says nothing else, and the field is as the cookie, which no other
 * site can read or send.
 * Source: https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function isFromPage(event: APIGatewayProxyEvent, field: string | undefined, issuer: string): boolean {
  const [site, origin] = [headerOf(event, 'sec-fetch-site'), headerOf(event, 'origin')];
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin !== undefined && origin !== new URL(issuer).origin) return false;
  return field !== undefined && VALUE.test(field) && sameSecret(field, formToken(event));
}
