/** Finds the handler's function in the task's folder. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runtimeError } from './errors.mjs';
import { esModuleLoaded } from './when-loaded.mjs';

const EXTENSIONS = ['', '.js', '.mjs', '.cjs'];

/**
 * `src/http/index.handler` is the export `handler` of `src/http/index.js`, `.mjs` or `.cjs`; `index.a.b`, its `a.b`.
 * @param {string} taskRoot
 * @param {string} name
 */
export async function loadHandler(taskRoot, name) {
  if (name.includes('..')) throw runtimeError('MalformedHandlerName', `'${name}' is not a valid handler name.`);
  const last = basename(name);
  const [, module, path] = /^([^.]*)\.(.+)$/.exec(last) ?? [];
  if (module === undefined) throw runtimeError('MalformedHandlerName', `'${name}' is not a valid handler name.`);
  const exported = await load(join(taskRoot, name.slice(0, name.length - last.length), module));
  const handler = find(exported, path) ?? find(exported.default, path);
  if (typeof handler === 'function') return handler;
  const problem = handler === undefined ? 'is undefined or not exported' : 'is not a function';
  throw runtimeError('HandlerNotFound', `${name} ${problem}`);
}

/** The exports. Of CommonJS these are `module.exports`, in which a bundle's `export default` is under its name. */
async function load(path) {
  const file = EXTENSIONS.map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) throw runtimeError('ImportModuleError', new Error(`Cannot find module '${path}'`));
  try {
    const module = await import(pathToFileURL(file).href);
    const commonJs = createRequire(file).cache[file];
    if (commonJs === undefined) esModuleLoaded();
    return commonJs?.exports ?? module;
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', error);
    throw error?.code === 'MODULE_NOT_FOUND' ? runtimeError('ImportModuleError', error) : error;
  }
}

function find(object, path) {
  return path.split('.').reduce((nested, key) => nested?.[key] ?? undefined, object);
}
