import { authorizedBy } from './authorizer.ts';
import { findEndpoint } from './find-contract.ts';
import { ConfigurationError } from './types.ts';
import type { Catalogue, CatalogueEndpoint, FunctionConfig, FunctionEvent } from './types.ts';

/** Every service has these endpoints. */
export const OPERATIONS: readonly string[] = ['GetHealth', 'GetVersion'];

/** The headers that a browser may send from another origin. */
export const CORS = {
  origin: '*',
  headers: [
    'Content-Type',
    'Authorization',
    'X-Api-Key',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'traceparent',
    'X-Request-Id',
  ],
  allowCredentials: false,
  maxAge: 86400,
};

/**
 * The events behind `endpoints`, by function: REST API methods at the contracts' paths. Health and version come with
 * the first function that has any.
 * @throws ConfigurationError if an endpoint is not the service's, or is served twice
 */
export function expandEndpoints(
  service: string,
  catalogue: Catalogue,
  functions: Readonly<Record<string, FunctionConfig>>,
): ReadonlyMap<string, readonly FunctionEvent[]> {
  const serving = Object.entries(functions).filter(([, config]) => config.endpoints !== undefined);
  const servedBy = new Map<CatalogueEndpoint, string>();
  const events = new Map<string, FunctionEvent[]>();
  for (const [index, [functionName, config]] of serving.entries()) {
    const names = [...(config.endpoints ?? []), ...(index === 0 ? OPERATIONS : [])];
    const endpoints = names.map((name) =>
      findEndpoint(catalogue, service, name, `functions.${functionName}.endpoints`),
    );
    for (const endpoint of endpoints) {
      refuseTwice(endpoint, servedBy.get(endpoint), functionName);
      servedBy.set(endpoint, functionName);
    }
    events.set(functionName, endpoints.map(httpEvent));
  }
  return events;
}

function httpEvent(endpoint: CatalogueEndpoint): FunctionEvent {
  const http = { method: endpoint.method.toLowerCase(), path: endpoint.fullPath, private: false, cors: CORS };
  return { http: endpoint.access === 'public' ? http : { ...http, authorizer: authorizedBy } };
}

function refuseTwice(endpoint: CatalogueEndpoint, earlier: string | undefined, functionName: string): void {
  if (earlier === undefined) return;
  const hint = OPERATIONS.includes(endpoint.name) ? ' It comes with the first function that has endpoints.' : '';
  throw new ConfigurationError(
    `functions.${functionName}.endpoints: "${endpoint.name}" is served by functions.${earlier} already.${hint}`,
  );
}
