import { withoutExtension } from './without-extension.ts';

/** `src/http/commands.handler` → module `src/http/commands`, export `handler` */
export function splitHandler(handler: string): { module: string; exported: string } {
  const dot = handler.lastIndexOf('.');
  return { module: withoutExtension(handler.slice(0, dot)), exported: handler.slice(dot + 1) };
}
