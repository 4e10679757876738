import { withoutExtension } from './without-extension.ts';

/**
 * `src/http/commands.handler` → module `src/http/commands`, export `handler`
 * @throws Error for one that names a file only
 */
export function splitHandler(handler: string): { module: string; exported: string } {
  const dot = handler.lastIndexOf('.');
  if (dot <= handler.lastIndexOf('/')) {
    throw new Error(
      `The handler ${handler} names no export of its file. Write ${handler}.handler if that is its name.`,
    );
  }
  return { module: withoutExtension(handler.slice(0, dot)), exported: handler.slice(dot + 1) };
}
