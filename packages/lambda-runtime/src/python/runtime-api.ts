import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FailureDetails, HostInvocation } from '../host.ts';

/** What the runtime in the function's process reports. */
export interface RuntimeApiListener {
  /** It asks for the first invocation: the handler is loaded. */
  ready(): void;
  initFailed(failure: FailureDetails): void;
  answered(payload: string, memoryBytes: number): void;
  failed(failure: FailureDetails): void;
}

export interface RuntimeApi {
  /** `127.0.0.1:40123`, once the server listens. */
  readonly address: Promise<string>;
  invoke(invocation: HostInvocation): void;
  close(): void;
}

const API = '/2018-06-01/runtime';
/** 6 MiB and 100 bytes, as Lambda itself says. */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

/**
 * Lambda's runtime API for one execution environment, on a port of its own.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export function openRuntimeApi(listener: RuntimeApiListener): RuntimeApi {
  let waiting: ServerResponse | undefined;
  let next: HostInvocation | undefined;
  let current = '';

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) =>
      respond(response, 500, errorOf('InternalError', String(error))),
    );
  });
  // A function waits for its next invocation for as long as nobody calls it.
  Object.assign(server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
  const address = new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    // Runtimes are no web pages: a page of any origin, or of a name that leads here, has nothing to ask.
    if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined || headers.host !== (await address)) {
      return respond(response, 403, errorOf('Forbidden', 'Only the runtime of the function may ask.'));
    }
    if (method === 'GET' && url === `${API}/invocation/next`) {
      if (waiting === undefined && current === '') listener.ready();
      waiting = response;
      return handOut();
    }
    if (method !== 'POST')
      return respond(response, 404, errorOf('NotFound', `${method} ${url} is not part of the API.`));
    const body = await text(request);
    if (url === `${API}/init/error`) {
      listener.initFailed(failureIn(body));
      return respond(response, 202, { status: 'OK' });
    }
    const [, id, kind] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
    if (id === undefined) return respond(response, 404, errorOf('NotFound', `POST ${url} is not part of the API.`));
    if (id !== current) return respond(response, 400, errorOf('InvalidRequestID', `${id} is not under way.`));
    if (kind === 'error') listener.failed(failureIn(body));
    else if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) listener.failed(TOO_LARGE);
    else if (!isJson(body)) listener.failed(notJson(body));
    else listener.answered(body, Number(headers['lambda-runtime-memory-bytes']) || 0);
    respond(response, 202, { status: 'OK' });
  }

  function handOut(): void {
    if (waiting === undefined || next === undefined) return;
    const { context, event, milliseconds, traceId } = next;
    current = context.awsRequestId;
    waiting.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': current,
      'Lambda-Runtime-Deadline-Ms': Date.now() + milliseconds,
      'Lambda-Runtime-Invoked-Function-Arn': context.invokedFunctionArn,
      'Lambda-Runtime-Trace-Id': traceId,
    });
    waiting.end(event);
    [waiting, next] = [undefined, undefined];
  }

  return {
    address,
    invoke(invocation) {
      next = invocation;
      handOut();
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const TOO_LARGE: FailureDetails = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
};

/** Python's own JSON has NaN and Infinity. */
const notJson = (body: string): FailureDetails => ({
  errorType: 'Runtime.MarshalError',
  errorMessage: `Unable to marshal response: it is not JSON: ${body.slice(0, 200)}`,
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const errorOf = (errorType: string, errorMessage: string): object => ({ errorType, errorMessage });

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** What a runtime says of a failure; a body that is not JSON is shown as it is. */
function failureIn(body: string): FailureDetails {
  try {
    const described = JSON.parse(body) as Partial<FailureDetails>;
    const { errorType = 'Runtime.Unknown', errorMessage = '', stackTrace } = described;
    const stack = Array.isArray(stackTrace) ? stackTrace.map((line) => String(line).trimEnd()) : [];
    return { errorType: String(errorType), errorMessage: String(errorMessage), stackTrace: stack, described };
  } catch {
    return { errorType: 'Runtime.InvalidErrorShape', errorMessage: body };
  }
}
