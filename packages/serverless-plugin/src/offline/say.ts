import { join, relative } from 'node:path';
import type { ProvidedCloud } from '@dure/local-cloud/workspace/offline/provide-cloud';
import type { Door } from './door.ts';
import type { OfflineService } from './types.ts';

const WITHOUT_PARAMETERS = /^[^{}]+$/;
const VERSION = '/v1/version';

/** Prints the service's resources, and what serverless-offline does not do. */
export function whatIsWhere(service: string, cloud: ProvidedCloud, left: readonly string[]): string[] {
  const { url, kind, notJoined, dataDir } = cloud;
  const others = cloud.services.filter((name) => name !== service);
  const beside = others.length === 0 ? '' : `, beside ${others.join(' and ')}`;
  const first =
    kind === 'joined'
      ? `${service} joins the local cloud at ${url}: its table, bus and queues are those of npm start.`
      : `${service} has its own table, bus and queues${beside}. They stay: ${shown(dataDir!)}`;
  return [
    ...(notJoined === undefined ? [] : [`${notJoined}, so it is not joined.`]),
    first,
    `HTTP is answered here. Queues, streams and schedules call the functions in the local cloud, ${url}/_cloud`,
    ...(left.includes('websocket') ? [`WebSockets are there too: ${url.replace(/^http/, 'ws')}/${service}/local`] : []),
  ];
}

/** The command to try once serverless-offline answers. */
export function nextSteps({ service, functions }: OfflineService, door: Door, cloud: ProvidedCloud): string[] {
  const paths = Object.values(functions)
    .flatMap(({ events = [] }) => events)
    .flatMap(({ http }) =>
      typeof http === 'object' && http !== null ? [http as { method?: string; path?: string }] : [],
    )
    .filter(({ method, path = '' }) => method === 'get' && WITHOUT_PARAMETERS.test(path) && path !== VERSION)
    .map(({ path }) => `  curl ${door.url}${path}`);
  const logs = cloud.dataDir && join(shown(cloud.dataDir), 'logs', `${service}.log`);
  return ['Next:', ...paths, ...(logs ? [`  tail -f ${logs}`] : []), ''];
}

/** The shorter of the relative and the absolute path. */
function shown(folder: string): string {
  const way = relative(process.cwd(), folder);
  return way.length < folder.length ? way : folder;
}
