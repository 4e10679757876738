import type { ServerResponse } from 'node:http';

/**
 * Answers with a problem, as this system's gateway responses do.
 * Source: https://www.rfc-editor.org/rfc/rfc9457
 */
export function sendProblem(
  response: ServerResponse,
  status: number,
  title: string,
  detail: string,
  extensions: Record<string, unknown> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, ...extensions });
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

/** Refuses a request by its access rule: a browser gets text, as it would only save a problem as a file. */
export function sendRefusal(response: ServerResponse, reason: string): void {
  const { accept = '' } = response.req.headers;
  if (!accept.includes('text/html')) return sendProblem(response, 403, 'Forbidden', reason);
  response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${reason}\n`);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
