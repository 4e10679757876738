import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceCode } from '@dure/release-gate/manifest';
import type { Template } from './template/template.ts';

export interface ManifestFile {
  /** SHA-256 of what the release provides and requires. */
  readonly contracts: string;
  /**
   * Writes the manifest into `.serverless/`, from which the framework moves it where the package goes. Its digest is the
   * one that the template publishes.
   */
  write(template: Template): void;
}

/**
 * Makes the manifest of a release.
 * @throws ReleaseError for code that cannot be read, or a package.json without an owner
 */
export async function makeManifest(code: ServiceCode, commit: string): Promise<ManifestFile> {
  // Loaded only here, because the local cloud packages nothing.
  const [{ MANIFEST, manifestOf }, { hashOf }] = await Promise.all([
    import('@dure/release-gate/manifest'),
    import('@dure/compatibility'),
  ]);
  const { major, provides, requires, ...rest } = await manifestOf(code, { commit, digest: '' });
  return {
    contracts: hashOf({ major, provides, requires }),
    write(template) {
      const digest = template.Resources['ArtefactsParameter']?.Properties['Value'];
      const out = join(code.folder, '.serverless');
      mkdirSync(out, { recursive: true });
      const manifest = { ...rest, major, digest, provides, requires };
      writeFileSync(join(out, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    },
  };
}
