import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as httpRequest,
} from 'node:http';

/**
 * Hands a request on to an emulator as it stands, its `Host` included, so that the addresses in its answer are this
 * endpoint's. An emulator that does not answer is a 503, which the SDKs try again.
 * @param body what goes in the place of the request's own body, which was read
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  to: URL,
  agent: Agent,
  body?: Buffer,
): void {
  const { method } = request;
  const headers = body === undefined ? request.headers : headersFor(request.headers, body);
  const onward = httpRequest(to, { method, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', (error) => {
    if (response.headersSent) return void response.destroy();
    response.writeHead(503, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: 'ServiceUnavailable', message: error.message }));
  });
  response.on('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  if (body === undefined) request.pipe(onward);
  else onward.end(body);
}

/** Those of a body that was read, and decompressed. */
function headersFor(given: IncomingHttpHeaders, body: Buffer): IncomingHttpHeaders {
  const { 'content-encoding': _, 'transfer-encoding': __, ...headers } = given;
  return { ...headers, 'content-length': String(body.length) };
}
