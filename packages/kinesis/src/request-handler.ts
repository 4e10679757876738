import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '@dure/aws-protocols/aws-body';
import { asAwsError } from '@dure/aws-protocols/aws-error';
import type { Input } from './parts.ts';
import { wireOf } from './wire.ts';

/** 10 MiB of records in base64, and what is around them. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Answers requests to Kinesis in JSON, or in CBOR where it was asked so. Signatures are not checked. */
export function createHandler(call: (action: string, input: Input) => Promise<object>) {
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wire = wireOf(request.headers['content-type'] ?? '');
    const send = (status: number, output: object): void => {
      const body = wire.write(output);
      response.writeHead(status, {
        'content-type': wire.contentType,
        'content-length': Buffer.byteLength(body),
        'x-amzn-requestid': randomUUID(),
      });
      response.end(body);
    };
    try {
      const [, action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
      const input = wire.read(await readBody(request, response, MAX_BODY_BYTES));
      send(200, await call(action, input));
    } catch (error) {
      const { code, message, statusCode } = asAwsError(error);
      if (!response.headersSent) send(statusCode, { __type: code, message });
    }
  };
}
