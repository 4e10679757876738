import inspector from 'node:inspector';

/** Where debuggers look first. Source: https://nodejs.org/en/learn/getting-started/debugging */
const USUAL_PORT = 9229;

/**
 * Opens Node.js' inspector on this machine alone. A debugger that attaches follows the threads in which functions run.
 * Answers `127.0.0.1:9229`, or another port when that one is taken.
 */
export function openDebugger(): string {
  inspector.open(USUAL_PORT, '127.0.0.1');
  if (inspector.url() === undefined) inspector.open(0, '127.0.0.1');
  return new URL(inspector.url()!).host;
}
