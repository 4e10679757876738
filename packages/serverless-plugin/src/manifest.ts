import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceCode } from '@dure/release-gate/manifest';
import type { Template } from './template/template.ts';

/**
 * Writes the manifest of a release into `.serverless/`, from which the framework moves it where the package goes. Its
 * digest is the one that the template publishes.
 * @throws ReleaseError for code that cannot be read, or a package.json without an owner
 */
export async function writeManifest(code: ServiceCode, commit: string, template: Template): Promise<void> {
  // Loaded only here, because the local cloud packages nothing.
  const { MANIFEST, manifestOf } = await import('@dure/release-gate/manifest');
  const digest = String(template.Resources['ArtefactsParameter']?.Properties?.['Value']);
  const manifest = await manifestOf(code, { commit, digest });
  const out = join(code.folder, '.serverless');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}
