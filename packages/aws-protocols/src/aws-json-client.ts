import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { uncheckedSignature } from './unchecked-signature.ts';

/**
 * Sends a request of an AWS JSON protocol: an action and its input, resolves to its output, as they stand on the wire.
 * The signal gives up on an answer that is not needed any more.
 */
export type AwsJsonRequest = (action: string, input: object, signal?: AbortSignal) => Promise<unknown>;

export interface AwsJsonClient {
  readonly request: AwsJsonRequest;
  close(): void;
}

interface Target {
  readonly endpoint: string;
  readonly region: string;
  /** As in `X-Amz-Target`: `AmazonSQS`, `DynamoDBStreams_20120810`. */
  readonly service: string;
}

/** Longer than any long poll. */
const TIMEOUT_MS = 30_000;

/**
 * A client for an emulator on this machine, which checks no signatures. The local cloud polls queues and streams
 * without end: through the SDK each request takes 0.8 ms of CPU time, like this 0.15 ms.
 * Requests reject with an error whose name is the service's code for it, and whose `members` are what it says beside.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export function createAwsJsonClient({ endpoint, region, service }: Target): AwsJsonClient {
  const agent = new Agent({ keepAlive: true });
  const { hostname: host, port } = new URL(endpoint);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    authorization: uncheckedSignature('local', region),
    'x-amz-date': '20200101T000000Z',
  };

  async function send(action: string, body: string, signal: AbortSignal | undefined): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const target = { 'x-amz-target': `${service}.${action}`, 'content-length': Buffer.byteLength(body) };
    const options = {
      agent,
      host,
      port,
      method: 'POST',
      headers: { ...headers, ...target },
      ...(signal && { signal }),
    };
    const sent = httpRequest(options, resolve);
    sent.on('error', (error) => reject(Object.assign(error, { reusedSocket: sent.reusedSocket })));
    sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`${service} did not answer ${action} in time.`)));
    sent.end(body);
    return outputOf(await promise);
  }

  return {
    async request(action, input, signal) {
      const body = JSON.stringify(input);
      try {
        return await send(action, body, signal);
      } catch (error) {
        // The server had closed a kept connection. Source: https://nodejs.org/api/http.html#requestreusedsocket
        const { code, reusedSocket } = error as NodeJS.ErrnoException & { reusedSocket?: boolean };
        if (code !== 'ECONNRESET' || reusedSocket !== true) throw error;
        return send(action, body, signal);
      }
    },
    close: () => agent.destroy(),
  };
}

async function outputOf(response: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  const output = JSON.parse(text === '' ? '{}' : text) as { __type?: string; message?: string; Message?: string };
  if (response.statusCode === 200) return output;
  const { __type: type, Message, message = Message, ...members } = output;
  const name = type?.split('#').at(-1) ?? `Status${response.statusCode}`;
  throw Object.assign(new Error(message ?? name), { name, members });
}
