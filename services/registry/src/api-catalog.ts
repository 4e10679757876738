import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lambda } from '@dure/contracts/binding/lambda';
import { linkedFrom } from '@dure/contracts/binding/links';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { ownStage, stages } from './composition.ts';
import { builtPages } from './docs/folder.ts';
import { type Api, apiCatalog, besides, LINKSET_TYPE } from './docs/linkset.ts';
import { USUAL } from './docs/gateway.ts';

/** More addresses than a stage has services and regions. */
const MAX_APIS = 2_000;

/** The addresses that are served, packed beside the bundle: `/openapi/{owner}.json` is of an owner with documentation. */
const FILES = Object.keys(JSON.parse(readFileSync(join(builtPages(__dirname), 'files.json'), 'utf8')) as object);
const documented = new Set(FILES.flatMap((path) => /^\/openapi\/(.+)\.json$/.exec(path)?.[1] ?? []));

/** `GET` and `HEAD` of the catalogue of APIs in the registry's own stage. */
export const handler = lambda(async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
  const registry = ownUrl(event);
  const apis = await apisBeside(registry);
  const body = JSON.stringify(apiCatalog(registry, apis, documented));
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 20)}"`;
  const link = `<${registry}/.well-known/api-catalog>; rel="api-catalog"`;
  const headers = { ...USUAL, 'cache-control': 'no-cache', etag, link };
  if (
    asked(event)
      ?.split(',')
      .some((tag) => tag.trim().replace(/^W\//, '') === etag) === true
  )
    return { statusCode: 304, headers, body: '' };
  return { statusCode: 200, headers: { ...headers, 'content-type': LINKSET_TYPE }, body };
});

/** What deployments have registered; without that, what shares the registry's host; and the registry, which answers. */
async function apisBeside(registry: string): Promise<Api[]> {
  const stage = ownStage();
  const [page, live] = await Promise.all([
    stages.listEndpoints(stage, undefined, { limit: MAX_APIS }),
    stages.load(stage),
  ]);
  // Before anything is recorded, nothing says which of them run.
  const running = [...documented].filter((it) => live?.entries.some(({ service }) => service === it) ?? true);
  const known = new Map<string, Api[]>(Map.groupBy(page?.items ?? [], ({ service }) => service));
  for (const api of besides(registry, stage, running)) if (!known.has(api.service)) known.set(api.service, [api]);
  if (!known.has('registry')) known.set('registry', [{ service: 'registry', url: registry }]);
  return [...known.values()].flat().sort((one, other) => (one.service < other.service ? -1 : 1));
}

/** `https://a1b2c3.execute-api.us-east-1.amazonaws.com/dev`: as the client called it, with a domain's base path. */
function ownUrl(event: APIGatewayProxyEvent): string {
  const scheme = ownStage() === 'local' ? 'http' : 'https';
  const before = linkedFrom(event)
    .path('/v1/')
    .replace(/\/v1\/$/, '');
  return `${scheme}://${headerOf(event, 'host') ?? event.requestContext.domainName}${before}`;
}

const asked = (event: APIGatewayProxyEvent): string | undefined => headerOf(event, 'if-none-match');

const headerOf = ({ headers }: APIGatewayProxyEvent, name: string): string | undefined =>
  Object.entries(headers ?? {}).find(([given]) => given.toLowerCase() === name)?.[1];
