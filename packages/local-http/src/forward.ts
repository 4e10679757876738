import { type Agent, type IncomingMessage, type ServerResponse, request as httpRequest } from 'node:http';

/**
 * Hands a request on to an emulator as it stands, its `Host` included, so that the addresses in its answer are this
 * endpoint's. An emulator that does not answer is a 503, which the SDKs try again.
 */
export function forward(request: IncomingMessage, response: ServerResponse, to: URL, agent: Agent): void {
  const { method, headers } = request;
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
  request.pipe(onward);
}
