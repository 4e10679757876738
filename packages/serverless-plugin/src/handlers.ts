import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { nearest } from './nearest.ts';
import { ConfigurationError } from './types.ts';
import type { FunctionConfig } from './types.ts';

const SOURCE = /\.[cm]?[jt]sx?$/;

/**
 * Every handler names a file: `src/http/index.handler` is in `src/http/index.ts`. The bundler would say of another that
 * an index file is missing.
 * @throws ConfigurationError that names the files most like it
 */
export function refuseMissingHandlers(folder: string, functions: Readonly<Record<string, FunctionConfig>>): void {
  for (const [name, { handler }] of Object.entries(functions)) {
    if (typeof handler !== 'string') continue;
    const module = handler.replace(/\.\w+$/, '');
    if (isThere(folder, module) || isThere(folder, join(module, 'index'))) continue;
    const like = nearest(module, modulesOf(folder));
    const hint = like.length === 0 ? '' : ` The nearest are ${like.join(', ')}.`;
    throw new ConfigurationError(
      `functions.${name}.handler: serverless.yml has ${handler}, and there is no file ${module}.ts or .js.${hint}`,
    );
  }
}

/** With any ending: another runtime's files have others. */
function isThere(folder: string, module: string): boolean {
  const path = join(folder, dirname(module));
  const name = `${basename(module)}.`;
  return existsSync(path) && readdirSync(path).some((file) => file.startsWith(name));
}

function modulesOf(folder: string): string[] {
  const src = join(folder, 'src');
  if (!existsSync(src)) return [];
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replace(SOURCE, '').replaceAll(sep, '/'));
}
