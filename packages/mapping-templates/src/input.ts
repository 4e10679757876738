import { query } from '@dure/states-language/json-path';
import { printable } from './printable.ts';

/** Names of headers are as the client wrote them. */
export interface Params {
  readonly header: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  readonly path: Readonly<Record<string, string>>;
}

const NO_SCOPE = { context: {}, variables: {} };

/** `$input`. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#input-variable-reference */
export function createInput(body: string, params: Params): object {
  const value = parseBody(body);
  const at = (path: string): unknown => query(path, value as never, NO_SCOPE);
  return {
    body,
    /** A part of the body as JSON text. */
    json: (path: string): string => JSON.stringify(at(path) ?? ''),
    /** A part of the body as a value to work with. */
    path: (path: string): unknown => printable(at(path)) ?? '',
    /** All parameters, or the one of this name: of the path, the query or the headers, in this order. */
    params(name?: string): unknown {
      if (name === undefined) return structuredClone(params);
      const { path, querystring, header } = params;
      const own = (values: Readonly<Record<string, string>>): string | undefined =>
        Object.hasOwn(values, name) ? values[name] : undefined;
      return own(path) ?? own(querystring) ?? own(header) ?? headerNamed(name, header) ?? '';
    },
  };
}

function headerNamed(name: string, headers: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** A body that is not JSON is a text; none is an empty object. */
function parseBody(body: string): unknown {
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
