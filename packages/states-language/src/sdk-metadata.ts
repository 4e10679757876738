import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { JsonObject } from './json.ts';

/** How a service answers: the type of its body, and the headers that it alone sends. */
interface Answering {
  readonly type: string;
  readonly headers: (body: string, time: number) => Readonly<Record<string, string>>;
}

const KEPT = { connection: 'keep-alive' };
const SERVICES: Readonly<Record<string, Answering>> = {
  dynamodb: {
    type: 'application/x-amz-json-1.0',
    headers: (body) => ({ Connection: 'keep-alive', Server: 'Server', 'x-amz-crc32': String(crc32(body)) }),
  },
  lambda: {
    type: 'application/json',
    headers: (_, time) => ({
      Connection: 'keep-alive',
      'X-Amz-Executed-Version': '$LATEST',
      'X-Amzn-Trace-Id': `Root=1-${Math.floor(time / 1000).toString(16)}-${randomBytes(12).toString('hex')};Sampled=0`,
      'x-amzn-Remapped-Content-Length': '0',
    }),
  },
  sns: { type: 'text/xml', headers: () => KEPT },
  sqs: { type: 'application/x-amz-json-1.0', headers: () => KEPT },
  states: { type: 'application/x-amz-json-1.0', headers: () => KEPT },
};

export interface Answered {
  readonly status: number;
  readonly requestId: string;
  /** The instant of the answer: milliseconds since 1970. */
  readonly time: number;
  /** What the service sent; the length is that of its JSON. */
  readonly body: unknown;
}

/**
 * What an optimised integration adds to the result of a call: the service's headers, and the id of the request.
 * @param service as in the ARN of the integration: `dynamodb`
 */
export function sdkMetadata(service: string, { status, requestId, time, body }: Answered): JsonObject {
  const { type, headers } = SERVICES[service] ?? { type: 'application/json', headers: () => KEPT };
  const text = JSON.stringify(body);
  const sent: Record<string, string> = {
    ...headers(text, time),
    'Content-Length': String(Buffer.byteLength(text)),
    'Content-Type': type,
    Date: new Date(time).toUTCString(),
    'x-amzn-RequestId': requestId,
  };
  const lists = Object.entries(sent).map(([name, value]): [string, string[]] => [name, [value]]);
  return {
    SdkHttpMetadata: { AllHttpHeaders: Object.fromEntries(lists), HttpHeaders: sent, HttpStatusCode: status },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
