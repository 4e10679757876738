import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { signed } from '@dure/local-http/access-rules';
import { createLocalServer, type ServerOptions } from '@dure/local-http/server';
import { jsonIn, readJson } from './aws-body.ts';
import { asAwsError, AwsError } from './aws-error.ts';

/**
 * One AWS service spoken over the AWS JSON protocol: an action's name and input in, its output out. Who calls with
 * temporary credentials, as a function does, is known by its session token.
 */
export type AwsJsonService = (
  action: string,
  input: Record<string, unknown>,
  sessionToken?: string,
  /** The trace that the request belongs to, as `X-Amzn-Trace-Id` says it. */
  trace?: string,
) => Promise<unknown>;

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * An HTTP server for services of the AWS JSON 1.0 and 1.1 protocols, by the prefix of `X-Amz-Target`
 * (`AWSEvents`, `AWSStepFunctions`, `AmazonSSM`). Requests have to be signed, by whatever key.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function createAwsJsonServer(services: Record<string, AwsJsonService>): Server {
  return createLocalServer(awsJsonServerOptions(services));
}

/** The same, for openServer. */
export function awsJsonServerOptions(services: Record<string, AwsJsonService>): ServerOptions {
  const byPrefix = new Map(Object.entries(services));
  return {
    rule: signed,
    refuse: (response, message) =>
      send(response, 403, 'application/x-amz-json-1.0', { __type: 'AccessDeniedException', message }),
    answer(request, response) {
      const target = String(request.headers['x-amz-target'] ?? '');
      const [prefix = '', action = ''] = target.split('.');
      const service = action === '' ? undefined : byPrefix.get(prefix);
      void answerJson(service ?? unknownTarget(target), request, response);
    },
  };
}

const unknownTarget = (target: string): AwsJsonService => {
  return async () => {
    throw new AwsError('UnknownOperationException', `No service here answers the target "${target}".`, 404);
  };
};

/**
 * Answers a request to this service.
 * @param body of the request, where it was read already
 */
export async function answerJson(
  service: AwsJsonService,
  request: IncomingMessage,
  response: ServerResponse,
  body?: Buffer,
): Promise<void> {
  const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  try {
    const input = body === undefined ? await readJson(request, response, MAX_BODY_BYTES) : jsonIn(body);
    const [, action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const header = (name: string): string | undefined => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    const output = await service(action, input, header('x-amz-security-token'), header('x-amzn-trace-id'));
    send(response, 200, contentType, output ?? {});
  } catch (error) {
    const { statusCode, code, message, members } = asAwsError(error);
    send(response, statusCode, contentType, { __type: code, message, ...members });
  }
}

function send(response: ServerResponse, statusCode: number, contentType: string, body: unknown): void {
  response.writeHead(statusCode, { 'content-type': contentType });
  response.end(JSON.stringify(body));
}
