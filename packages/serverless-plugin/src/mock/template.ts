/** Mapping templates (VTL) of mocks. They use what API Gateway documents and its known examples use, and no more. */

/** What stands before `/v1/…` in the requested path: the stage, or a custom domain's base path. */
const BASE = '${base}';
const BASE_MARK = '@@base@@';
const OWN_PATH = /^\/v\d+\//;

/** Sets `$base`. @param before what a proxy in front of the API takes off: `/catalog` */
const setBase = (before: string): string => `#set($base = "${before}$context.path.replaceFirst('/v[0-9]+/.*', '')")`;

/**
 * A value as JSON in a template. `$` and `#` mean something there and stand in texts only, so that they are written as
 * JSON may write any character. Links to the service's own paths get what stands before these.
 */
export function jsonTemplate(value: unknown): string {
  const text = JSON.stringify(value, (key, inner: unknown) => (key === '_links' ? withMark(inner) : inner));
  return text.replaceAll('$', '\\u0024').replaceAll('#', '\\u0023').replaceAll(BASE_MARK, BASE);
}

function withMark(links: unknown): unknown {
  if (typeof links !== 'object' || links === null) return links;
  return Object.fromEntries(
    Object.entries(links as Readonly<Record<string, { readonly href?: unknown } | null>>).map(([name, link]) =>
      typeof link?.href === 'string' ? [name, { ...link, href: markedPath(link.href) }] : [name, link],
    ),
  );
}

const markedPath = (href: string): string => (OWN_PATH.test(href) ? `${BASE_MARK}${href}` : href);

/** A text in double quotes of a template, with `$base` before a path of the service. It has no double quotes. */
export const pathText = (href: string): string =>
  `"${OWN_PATH.test(href) ? BASE : ''}${href.replaceAll(/["$#]/g, (it) => encodeURIComponent(it))}"`;

/** Sets a response's header to a text in quotes. */
export const setHeader = (name: string, quoted: string): string =>
  `#set($context.responseOverride.header.${name} = ${quoted})`;

/**
 * Sets `$wanted` to the preferences of the request: `,code=404,wait=10,`. API Gateway finds a header only as it was
 * written, and HTTP/2 writes it in lower case.
 * Source: https://www.rfc-editor.org/rfc/rfc7240
 */
export const SET_WANTED =
  "#set($wanted = \",$input.params('Prefer'),$input.params('prefer'),\")" +
  '#set($wanted = $wanted.replaceAll("[; ]+", ",").replaceAll(\'"\', ""))';

export const wants = (code: string | number): string => `$wanted.contains(",code=${code},")`;

/** Whether a request header is missing. */
export const isMissing = (header: string): string =>
  `($input.params('${header}') == "" && $input.params('${header.toLowerCase()}') == "")`;

/** What every answer begins with: `$base`, and the caller's ids, or the request's own. */
export const beginning = (before: string): string =>
  setBase(before) +
  "#set($correlation = $input.params('x-correlation-id'))" +
  '#if(!$correlation.matches("[0-9A-Fa-f-]{36}"))#set($correlation = $context.requestId)#end' +
  setHeader('x-correlation-id', '$correlation') +
  "#set($request = $input.params('x-request-id'))" +
  '#if(!$request.matches("[0-9A-Za-z_.-]{1,128}"))#set($request = $context.requestId)#end' +
  setHeader('x-request-id', '$request');
