import * as z from 'zod/mini';
import { OPERATIONS } from '../endpoints.ts';
import { ConfigurationError } from '../types.ts';
import type { Catalogue, CatalogueEndpoint, FunctionConfig, FunctionEvent, Json } from '../types.ts';
import { requestModel } from './model.ts';

type HttpEvent = { readonly [key: string]: Json };

/**
 * The functions' events as deployed: every HTTP endpoint except health, version, webhooks and what is public requires a key, and API
 * Gateway checks what it can before it calls the function.
 * @param keys false leaves the keys out
 * @param open paths without a contract that need no key
 */
export function guardEvents(
  service: string,
  catalogue: Catalogue,
  events: readonly FunctionEvent[],
  { keys = true, open = [] }: { readonly keys?: boolean; readonly open?: readonly string[] } = {},
): readonly FunctionEvent[] {
  return events.map((event) => {
    const http = httpOf(event['http']);
    if (http === undefined) return event;
    const endpoint = findRoute(service, catalogue, http);
    const isPublic = endpoint === undefined ? open.includes(String(http['path'])) : isOpen(endpoint);
    return { http: { ...http, ...(keys && { private: !isPublic }), ...requestChecks(endpoint) } };
  });
}

/**
 * Refuses a path about which nobody says who may call it: by a contract, an authorizer of its own, or the list of public ones.
 * @throws ConfigurationError that names it
 */
export function refuseUnguarded(
  service: string,
  catalogue: Catalogue,
  functions: Readonly<Record<string, FunctionConfig>>,
  open: readonly string[] = [],
): void {
  for (const [key, { events = [] }] of Object.entries(functions)) {
    for (const event of events) {
      const http = httpOf(event['http'] ?? event['httpApi']);
      if (http === undefined || http['authorizer'] !== undefined) continue;
      if (open.includes(String(http['path'])) || findRoute(service, catalogue, http) !== undefined) continue;
      throw new ConfigurationError(
        `functions.${key}.events: nobody says who may call ${String(http['method'] ?? '').toUpperCase()} ${String(http['path'] ?? '*')}: ` +
          'give it a contract, or an authorizer, or name its path in custom.dure.edge.public.',
      );
    }
  }
}

/** Whether a function is behind API Gateway's REST API. */
export function hasRestApi(functions: Readonly<Record<string, FunctionConfig>>): boolean {
  return Object.values(functions).some(({ events }) => events?.some((event) => 'http' in event) ?? false);
}

/** The framework also accepts `http: GET /path`. */
function httpOf(http: Json | undefined): HttpEvent | undefined {
  if (http === undefined) return undefined;
  if (typeof http !== 'string') return http as HttpEvent;
  const [method = '', path = ''] = http.split(' ');
  return { method, path };
}

function findRoute(service: string, catalogue: Catalogue, { method, path }: HttpEvent): CatalogueEndpoint | undefined {
  return catalogue.find(
    (it): it is CatalogueEndpoint =>
      it.kind === 'endpoint' &&
      it.owner === service &&
      it.fullPath === path &&
      it.method === String(method).toUpperCase(),
  );
}

const isOpen = (endpoint: CatalogueEndpoint): boolean =>
  OPERATIONS.includes(endpoint.name) || endpoint.webhook !== undefined;

/**
 * The body's model and the required parameters. The function checks for a missing If-Match, because the contract says
 * 428 and API Gateway has one status for everything that is missing.
 */
function requestChecks(endpoint: CatalogueEndpoint | undefined): { readonly request?: Json } {
  if (endpoint === undefined) return {};
  const schema = endpoint.body && requestModel(endpoint.body);
  const key = endpoint.idempotencyKey === 'required' ? ['Idempotency-Key'] : [];
  const headers = [...key, ...(endpoint.webhook?.headers ?? [])];
  const querystrings = requiredNames(endpoint.query);
  const required = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, true]));
  const checks = {
    ...(schema && { schemas: { 'application/json': { schema, name: `${endpoint.name}V${endpoint.version}` } } }),
    ...(headers.length + querystrings.length > 0 && {
      parameters: {
        ...(headers.length > 0 && { headers: required(headers) }),
        ...(querystrings.length > 0 && { querystrings: required(querystrings) }),
      },
    }),
  };
  return Object.keys(checks).length === 0 ? {} : { request: checks as Json };
}

/** The required query parameters that may not be empty: API Gateway treats an empty one as missing. */
function requiredNames(query: z.core.$ZodType | undefined): string[] {
  if (query === undefined) return [];
  const { required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  const blank = Object.fromEntries(required.map((name) => [name, '']));
  return required.filter((name) => refuses(query, {}, name) && refuses(query, blank, name));
}

function refuses(query: z.core.$ZodType, value: object, name: string): boolean {
  return z.safeParse(query, value).error?.issues.some((issue) => issue.path[0] === name) ?? false;
}
