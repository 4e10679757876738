import type { ProvidedCloud } from '@dure/local-cloud/workspace/offline/provide-cloud';
import type { FunctionEvent } from '../types.ts';
import type { OfflineService } from './types.ts';

/** Events that the local cloud brings to functions itself, and serverless-offline would bring a second time. */
const CLOUDS_OWN = ['schedule', 'websocket'];

/**
 * Gives the functions the environment that they have in the local cloud, and takes from serverless-offline what is
 * done there. A shell's own AWS settings are dropped: they would send requests to a real account.
 * @returns the kinds of events that were taken away
 * @throws Error when the cloud was started before a function was added
 */
export function useEnvironments(service: OfflineService, cloud: ProvidedCloud): string[] {
  const left = new Set<string>();
  for (const [key, config] of Object.entries(service.functions)) {
    const environment = cloud.environments[key];
    if (environment === undefined) {
      throw new Error(`The local cloud at ${cloud.url} was started before there was functions.${key}: start it again.`);
    }
    config.environment = environment;
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

const kindOf = (event: FunctionEvent): string => Object.keys(event)[0] ?? '';
