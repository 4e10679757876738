import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Answer } from './answers.ts';
import type { FuzzRequest } from './requests.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 20 });
const DEADLINE_MS = 30_000;

/**
 * Sends a request unchanged: unlike `fetch`, node:http allows malformed paths, verbs and headers. Rejects when there is no
 * answer in time.
 */
export function send(baseUrl: string, { method, path, headers, body }: FuzzRequest): Promise<Answer> {
  const { protocol, hostname, port, pathname } = new URL(baseUrl);
  const secure = protocol === 'https:';
  const options = { hostname, port, method, path: pathname.replace(/\/$/, '') + path, headers: { ...headers } };
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const sending = (secure ? httpsRequest : httpRequest)(
      { ...options, ...(secure ? {} : { agent }), headers: { ...headers, ...length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      },
    );
    sending.setTimeout(DEADLINE_MS, () => sending.destroy(new Error(`No answer in ${DEADLINE_MS} ms.`)));
    sending.on('error', (error) =>
      reject(new Error(`No answer to ${method} ${path}: ${String(error)}`, { cause: error })),
    );
    sending.end(body);
  });
}
