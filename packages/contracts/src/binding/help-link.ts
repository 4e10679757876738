/**
 * The link from a problem to the page that explains its type: `</registry/local/docs/problems/not-found>; rel="help"`.
 * Undefined where `DOCS_URL` does not say where the pages are, so that nobody is led astray. It costs no request: the
 * plugin sets it when the function is deployed, as a URL where each service has a host of its own, and as a path on a
 * laptop, which is right for whoever asked: a relative reference is resolved against the request's URL.
 * Source: https://www.rfc-editor.org/rfc/rfc8288#section-3.1
 *
 * @example
 * ```ts
 * import { helpLink } from '@dure/contracts/binding/help-link';
 *
 * export const headers = { link: helpLink('not-found') };
 * ```
 */
export function helpLink(code: string): string | undefined {
  const { DOCS_URL: docs } = process.env;
  return docs === undefined ? undefined : `<${docs}/problems/${code}>; rel="help"`;
}
