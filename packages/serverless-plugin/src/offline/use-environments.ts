import type { ProvidedCloud } from '@dure/local-cloud/workspace/offline/provide-cloud';
import type { FunctionEvent } from '../types.ts';
import type { OfflineService } from './types.ts';

/** Events that the local cloud delivers, and serverless-offline would deliver a second time. */
const CLOUDS_OWN = ['schedule', 'websocket'];

/**
 * Gives the functions their environment of the local cloud, and removes events that the local cloud delivers. The
 * shell's AWS settings are removed, because they would send requests to a real account.
 * @returns the kinds of removed events
 * @throws Error if a function was added after the cloud started
 */
export function useEnvironments(service: OfflineService, cloud: ProvidedCloud): string[] {
  const left = new Set<string>();
  for (const [key, config] of Object.entries(service.functions)) {
    const environment = cloud.environments[key];
    if (environment === undefined) {
      throw new Error(`The local cloud at ${cloud.url} started before functions.${key} was added: restart it.`);
    }
    config.environment = { ...environment, ...docsAt(cloud.url, environment) };
    config.events = (config.events ?? []).filter((event) => {
      const kind = kindOf(event);
      if (!CLOUDS_OWN.includes(kind)) return true;
      left.add(kind);
      return false;
    });
  }
  service.provider.environment = {};
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  return [...left];
}

/** The pages are served by the local cloud, whose address has another port than this command's. */
const docsAt = (url: string, { DOCS_URL: docs }: Readonly<Record<string, string>>): object =>
  docs?.startsWith('/') === true ? { DOCS_URL: url + docs } : {};

const kindOf = (event: FunctionEvent): string => Object.keys(event)[0] ?? '';
