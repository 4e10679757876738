import { type Check, faultsOf, type SchemaFault } from '../schema/faults.ts';
import { mapOf } from '../schema/keywords.ts';
import { isObject } from '../schema/schema.ts';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE'];
const PLACES = ['path', 'query', 'header', 'cookie'];
const STATUS = /^(?:[1-5](?:[0-9]{2}|XX)|default)$/;

/**
 * What is wrong in a document, if it is to be compared as an {@link EndpointSchema}.
 *
 * @example
 * endpointFaults({ method: 'GET', path: '/v1/orders', responses: { ok: {} } });
 * // [{ path: ['responses', 'ok'], detail: 'must be a status: 200, 4XX, default' }]
 */
export const endpointFaults = (document: unknown): SchemaFault[] =>
  faultsOf(document, { check: endpoint, rootOf: ({ $defs = {}, components = {} }) => ({ $defs, components }) });

const value =
  (fits: (value: unknown) => boolean, detail: string): Check =>
  (it, at, faults) => {
    if (!fits(it)) faults.add(at, detail);
  };

const text = value((it) => typeof it === 'string' && it !== '', 'must be a text');
const flag = value((it) => typeof it === 'boolean', 'must be true or false');

/** The document's definitions are put beside each of them, so it has to be an object. */
const schema: Check = (it, at, faults) =>
  isObject(it) ? faults.schema(it, at) : faults.add(at, 'must be a schema: an object');

/** An object with these fields: each that is there fits, and none of `needed` is absent. */
const object =
  (fields: Readonly<Record<string, Check>>, needed: readonly string[] = []): Check =>
  (it, at, faults) => {
    if (!isObject(it)) return faults.add(at, 'must be an object');
    for (const [name, check] of Object.entries(fields)) {
      if (Object.hasOwn(it, name) || needed.includes(name)) check(it[name], [...at, name], faults);
    }
  };

const listOf =
  (check: Check): Check =>
  (it, at, faults) => {
    if (!Array.isArray(it)) return faults.add(at, 'must be a list');
    it.forEach((one, index) => check(one, [...at, index], faults));
  };

const body = { mediaType: text, schema, content: mapOf('schemas by media type', schema) };
const response = object({ ...body, headers: mapOf('schemas by header', schema) });

const responses: Check = (it, at, faults) => {
  mapOf('answers by status', response)(it, at, faults);
  const statuses = Object.keys(isObject(it) ? it : {});
  if (isObject(it) && statuses.length === 0) faults.add(at, 'must have at least one answer');
  for (const status of statuses)
    if (!STATUS.test(status)) faults.add([...at, status], 'must be a status: 200, 4XX, default');
};

const parameter = object(
  {
    in: value((it) => PLACES.includes(it as string), `must be one of ${PLACES.join(', ')}`),
    name: text,
    required: flag,
    schema,
  },
  ['in', 'name'],
);

const endpoint = object(
  {
    method: value(
      (it) => typeof it === 'string' && METHODS.includes(it.toUpperCase()),
      `must be one of ${METHODS.join(', ')}`,
    ),
    path: value((it) => typeof it === 'string' && it.startsWith('/'), 'must be a path: /v1/orders/{orderId}'),
    parameters: listOf(parameter),
    request: object({ ...body, required: flag }),
    responses,
    security: listOf(mapOf('scopes by scheme', listOf(text))),
    deprecated: flag,
    $defs: mapOf('schemas by name', (it, at, faults) => faults.schema(it, at)),
    components: object({ schemas: mapOf('schemas by name', (it, at, faults) => faults.schema(it, at)) }),
  },
  ['method', 'path', 'responses'],
);
