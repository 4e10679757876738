import type { ServerResponse } from 'node:http';
import { errorPayload, type ResponseSink } from '@dure/lambda-runtime';
import type { InvokeResult } from '../../../shared/types.ts';

/** Loaded with the first answer that is streamed. */
async function openCodec() {
  const { EventStreamCodec } = await import('@smithy/core/event-streams');
  return new EventStreamCodec(
    (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
    (text) => new Uint8Array(Buffer.from(text, 'utf8')),
  );
}

/**
 * Answers with AWS's event stream: what the function writes as it writes it, then how it ended.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
 */
export async function streamAnswer(
  response: ServerResponse,
  version: string,
  invoke: (sink: ResponseSink) => Promise<InvokeResult>,
): Promise<void> {
  const codec = await openCodec();
  const begin = (contentType: string): void => {
    if (response.headersSent) return;
    response.writeHead(200, {
      'content-type': 'application/vnd.amazon.eventstream',
      'x-amz-executed-version': version,
      'x-amzn-response-stream-content-type': contentType,
    });
  };
  const write = (type: string, contentType: string, body: Uint8Array): void => {
    const headers = { ':message-type': 'event', ':event-type': type, ':content-type': contentType };
    const typed = Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }]);
    response.write(codec.encode({ headers: Object.fromEntries(typed), body }));
  };
  const chunk = (bytes: Uint8Array): void => write('PayloadChunk', 'application/octet-stream', bytes);
  const result = await invoke({ begin, write: chunk, text: () => undefined });
  begin('application/octet-stream');
  // A handler that does not stream has its whole answer as one chunk.
  if (result.ok && result.payload !== undefined) chunk(Buffer.from(JSON.stringify(result.payload)));
  const failure = result.ok ? {} : { ErrorCode: result.errorType, ErrorDetails: JSON.stringify(errorPayload(result)) };
  write('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(failure)));
  response.end();
}
