import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

const PLUGIN = '@dure/serverless-plugin';

/**
 * Whether a service's plugin waits, once the service is packaged, until it may deploy. A service without the
 * plugin deploys at once, so it must not begin before its dependencies are deployed.
 */
export function waitsForTurn(folder: string): boolean {
  const { plugins } = (parseDocument(readFileSync(join(folder, 'serverless.yml'), 'utf8')).toJS() ?? {}) as {
    plugins?: unknown;
  };
  return Array.isArray(plugins) && plugins.includes(PLUGIN);
}
