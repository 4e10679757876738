import type { EndpointContract } from '../contracts/contract.ts';
import type { Linked } from './links.ts';

/**
 * The headers by which a caller learns that an endpoint goes away; none for one that stays. The links lead to the same
 * resource in the successor's version, and, where `DOCS_URL` says where the pages are, to the page that tells people.
 * Sources: https://www.rfc-editor.org/rfc/rfc9745, https://www.rfc-editor.org/rfc/rfc8594,
 * https://www.rfc-editor.org/rfc/rfc5829
 *
 * @example
 * ```ts
 * import { deprecationHeaders } from '@dure/contracts/binding/deprecation';
 * import { GetThing } from '@dure/contracts/things';
 *
 * export const headers = deprecationHeaders(GetThing, { id: 'a' }, { path: (href) => `/local${href}` });
 * ```
 */
export function deprecationHeaders(
  { deprecated, fullPath, owner }: EndpointContract,
  params: Readonly<Record<string, string | undefined>> | null,
  linked: Pick<Linked, 'path'>,
): Record<string, string> {
  if (deprecated === undefined) return {};
  const { since, sunset, successor } = deprecated;
  const docs = process.env['DOCS_URL'];
  const path = fullPath
    .replace(/^\/v\d+/, `/v${successor}`)
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ''));
  return {
    deprecation: `@${Date.parse(since) / 1000}`,
    sunset: new Date(Date.parse(sunset) + LAST_SECOND_MS).toUTCString(),
    link: `<${linked.path(path)}>; rel="successor-version"${docs ? `, <${docs}/services/${owner}>; rel="deprecation"; type="text/html"` : ''}`,
  };
}

/** The sunset is a day, and the endpoint is there until that day ends. */
const LAST_SECOND_MS = 86_399_000;
