import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionDefinition, Serverless } from './serverless.ts';

/**
 * The folders of a function's layers, the last first, as their files go before those of the others.
 * @throws TypeError for a layer that is not one of the service's own
 */
export function layersOf(key: string, { layers }: FunctionDefinition, { service, serviceDir }: Serverless): string[] {
  const wanted = layers ?? service.provider.layers ?? [];
  return [...wanted].reverse().map((layer) => {
    const { Ref: reference } = (typeof layer === 'object' ? layer : {}) as { Ref?: string };
    const own = Object.entries(service.layers ?? {}).find(([name]) => layerLogicalId(name) === reference)?.[1];
    if (own === undefined) {
      throw new TypeError(
        `functions.${key}.layers: ${JSON.stringify(layer)} is no layer of this service; ` +
          'only those below its own "layers" are there on a laptop, by { Ref: NameLambdaLayer }.',
      );
    }
    const folder = own.path === undefined ? undefined : join(serviceDir, own.path);
    if (folder === undefined || !existsSync(folder)) {
      throw new TypeError(`layers: the folder ${own.path} of ${reference} does not exist.`);
    }
    return realpathSync(folder);
  });
}

/** As the framework names it. Source: https://www.serverless.com/framework/docs/providers/aws/guide/layers */
function layerLogicalId(name: string): string {
  const normalized = name.replace(/-/g, 'Dash').replace(/_/g, 'Underscore');
  return `${normalized.charAt(0).toUpperCase()}${normalized.slice(1)}LambdaLayer`;
}
