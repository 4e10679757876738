import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeployError } from './deploy-error.ts';

/** The artefacts of a packaged service. */
export interface Artefacts {
  /**
   * The digest in the parameter `/dure/{stage}/{service}/artefacts`: of the archives and the template, without its
   * stamps.
   */
  readonly digest: string;
  /** By function. */
  readonly archives: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Properties?: { readonly Value?: unknown } }>>;
}

/** Reads what `serverless package` left in a service's folder. */
export function readArtefacts(serviceFolder: string): Artefacts {
  const out = join(serviceFolder, '.serverless');
  const archives = readdirSync(out).filter((file) => file.endsWith('.zip'));
  const template = JSON.parse(readFileSync(join(out, 'cloudformation-template-update-stack.json'), 'utf8')) as Template;
  const digest = template.Resources['ArtefactsParameter']?.Properties?.Value;
  if (typeof digest !== 'string') {
    throw new DeployError(`${serviceFolder} has no ArtefactsParameter: add @dure/serverless-plugin to its plugins.`);
  }
  return {
    digest,
    archives: Object.fromEntries(
      archives.sort().map((file) => [file.slice(0, -'.zip'.length), archive(join(out, file))]),
    ),
  };
}

function archive(file: string): { sha256: string; bytes: number } {
  const content = readFileSync(file);
  return { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}
