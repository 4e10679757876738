import type { Check } from '../check.ts';
import { type Deployed, outputOf } from '../deployed.ts';
import { shortened } from './shortened.ts';

type Headers = Readonly<Record<string, string>>;

/** @param path from the address of the service's API */
export const get = (path: string, contains: string, status = 200, headers: Headers = {}): Check =>
  answers('GET', path, undefined, contains, status, headers);

export const post = (path: string, body: unknown, contains: string, status = 200, headers: Headers = {}): Check =>
  answers('POST', path, body, contains, status, headers);

/** @param location where the answer sends a browser */
export const redirects =
  (path: string, location: string): Check =>
  async (service) => {
    const response = await fetch(`${await addressOf(service)}${path}`, { redirect: 'manual' });
    const found = response.headers.get('location') ?? 'nowhere';
    return found.startsWith(location) ? undefined : `GET ${path}: ${response.status} to ${shortened(found)}`;
  };

const addressOf = async (service: Deployed): Promise<string> =>
  (await outputOf(service, 'HttpApiUrl', 'ServiceEndpoint')).replace(/\/$/, '');

function answers(
  ...[method, path, body, contains, status, headers]: [string, string, unknown, string, number, Headers]
): Check {
  return async (service) => {
    const response = await fetch(`${await addressOf(service)}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status === status && text.includes(contains)) return undefined;
    return `${method} ${path}: ${response.status} ${shortened(text)}`;
  };
}
