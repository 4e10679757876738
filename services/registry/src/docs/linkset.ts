export interface Api {
  readonly service: string;
  readonly url: string;
}

interface Link {
  readonly href: string;
  readonly type: string;
}

interface Context {
  readonly anchor: string;
  readonly item?: readonly { readonly href: string }[];
  readonly 'service-desc'?: readonly Link[];
  readonly 'service-doc'?: readonly Link[];
  readonly status?: readonly Link[];
}

/** `application/linkset+json` with the profile of API catalogues. */
export const LINKSET_TYPE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"';

/**
 * The catalogue of APIs: each with its description, its documentation where there is one, and its health.
 * @param registry URL of the registry's own API, which has descriptions and documentation of all
 * @param apis where services answer: an item for each address
 * @param documented the services that have documentation
 * Sources: https://www.rfc-editor.org/rfc/rfc9727 and https://www.rfc-editor.org/rfc/rfc9264#section-4.2
 */
export function apiCatalog(
  registry: string,
  apis: readonly Api[],
  documented: ReadonlySet<string>,
): { readonly linkset: readonly Context[] } {
  const catalogue = `${registry}/.well-known/api-catalog`;
  const contextOf = ({ service, url }: Api): Context => ({
    anchor: url,
    ...(documented.has(service) && {
      'service-desc': [json(`${registry}/openapi/${service}.json`)],
      'service-doc': [{ href: `${registry}/docs/services/${service}`, type: 'text/html' }],
    }),
    status: [json(`${url}/v1/health`)],
  });
  return {
    linkset: [{ anchor: catalogue, item: apis.map(({ url }) => ({ href: url })) }, ...apis.map(contextOf)],
  };
}

/**
 * Where services answer that share the registry's host, as on a laptop: `…/registry/local` → `…/orders/local`. None where
 * the registry's address does not name it.
 */
export function besides(registry: string, stage: string, services: readonly string[]): Api[] {
  const end = `/registry/${stage}`;
  if (!registry.endsWith(end)) return [];
  const host = registry.slice(0, -end.length);
  return services.map((service) => ({ service, url: `${host}/${service}/${stage}` }));
}

const json = (href: string): Link => ({ href, type: 'application/json' });
