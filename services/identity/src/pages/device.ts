import type { APIGatewayProxyEvent } from 'aws-lambda';
import { headerOf } from '../oauth/form.ts';
import { DEVICE_SECONDS } from '../store/devices.ts';

const NAME = 'dure-device';
const COOKIE = new RegExp(`(?:^|;\\s*)${NAME}=([A-Za-z0-9_-]{43})(?:;|$)`);

/** By what a browser is known again: it says nothing of who it is, and gives no right. */
export const deviceOf = (event: APIGatewayProxyEvent): string | undefined =>
  COOKIE.exec(headerOf(event, 'cookie') ?? '')?.[1];

/** For the pages of this service alone. */
export function deviceCookie(device: string, issuer: string): string {
  const { protocol, pathname } = new URL(issuer);
  const secure = protocol === 'https:' ? '; Secure' : '';
  return `${NAME}=${device}; Path=${pathname}; Max-Age=${DEVICE_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
}
