import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { isPython } from '@dure/lambda-runtime';

const require = createRequire(import.meta.url);
/** Loaded with the first archive: `npm start` has none. */
const zip = () => require('fflate') as typeof import('fflate');

/** A function's code as it lies on disk. */
export interface InstalledCode {
  /** As in Lambda's CodeSha256 and CloudFormation's AWS::Lambda::Version: SHA-256 of the archive, base64. */
  readonly sha256: string;
  /** Of the archive, in bytes. */
  readonly size: number;
  /** The folder's name below that of all functions. */
  readonly folder: string;
}

export interface CodeStore {
  /** Extracts an archive, once for all functions that have the same. @throws AwsError `InvalidParameterValueException` */
  install(archive: Buffer): InstalledCode;
  pathOf(code: InstalledCode): string;
}

const MAX_UNZIPPED_BYTES = 262_144_000;

/**
 * Keeps functions' code below `folder`, each archive extracted under the name of its digest. What Lambda's runtime
 * brings along, the AWS SDK, is found where the workspace has it.
 */
export function openCodeStore(folder: string, workspace: string): CodeStore {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  linkRuntimeModules(folder, workspace);
  const pathOf = ({ folder: name }: InstalledCode): string => join(folder, name);
  return {
    pathOf,
    install(archive) {
      const digest = createHash('sha256').update(archive).digest();
      const code = { sha256: digest.toString('base64'), size: archive.length, folder: digest.toString('hex') };
      if (existsSync(pathOf(code))) return code;
      const partial = join(folder, `.${randomUUID()}`);
      try {
        extract(archive, partial);
        renameSync(partial, pathOf(code));
      } finally {
        rmSync(partial, { recursive: true, force: true });
      }
      return code;
    },
  };
}

function linkRuntimeModules(folder: string, workspace: string): void {
  const link = join(folder, 'node_modules');
  rmSync(link, { force: true, recursive: true });
  symlinkSync(nearestModules(workspace), link, 'junction');
}

/** A package of a workspace may have a node_modules of its own, without the SDK. */
function nearestModules(folder: string): string {
  const path = join(folder, 'node_modules');
  return existsSync(join(path, '@aws-sdk')) || dirname(folder) === folder ? path : nearestModules(dirname(folder));
}

function extract(archive: Buffer, folder: string): void {
  const files = unzip(archive);
  const total = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  if (total >= MAX_UNZIPPED_BYTES) throw invalidCode(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep)) throw invalidCode(`The archive has a file outside of itself: ${name}`);
    if (name.endsWith('/')) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function unzip(archive: Buffer): Record<string, Uint8Array> {
  try {
    return zip().unzipSync(archive);
  } catch (error) {
    throw Object.assign(
      invalidCode('Could not unzip uploaded file. Please check your file, then try to upload again.'),
      {
        cause: error,
      },
    );
  }
}

/** The source text of a template's `Code.ZipFile`, as Lambda packs it. */
export function zipOfSource(source: string, runtime: string): Buffer {
  const file = isPython(runtime) ? 'index.py' : 'index.js';
  const { strToU8, zipSync } = zip();
  return Buffer.from(zipSync({ [file]: strToU8(source) }, { mtime: '2020-01-01' }));
}

function invalidCode(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
