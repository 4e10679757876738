import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, MANIFEST } from './manifest.ts';
import { ReleaseError } from './release-error.ts';

/**
 * The manifest of a service that was packaged, by default into `.serverless/`.
 * @param urgent whether the release is an urgent fix
 * @throws ReleaseError if the service was packaged without one
 */
export function readManifest(folder: string, { out = '.serverless', urgent = false } = {}): Manifest {
  const file = join(folder, out, MANIFEST);
  if (!existsSync(file)) throw new ReleaseError(`There is no ${file}: add @dure/serverless-plugin to its plugins.`);
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as Manifest), ...(urgent && { urgent: true as const }) };
}
