import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { AwsError } from './aws-error.ts';
import { signed } from '../doors/callers.ts';
import { createDoor, type DoorOptions } from '../doors/door.ts';

/**
 * One AWS service spoken over the AWS JSON protocol: an action's name and input in, its output out. Who calls with
 * temporary credentials, as a function does, is known by its session token.
 */
export type AwsJsonService = (
  action: string,
  input: Record<string, unknown>,
  sessionToken?: string,
) => Promise<unknown>;

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * An HTTP server for services of the AWS JSON 1.0 and 1.1 protocols, by the prefix of `X-Amz-Target`
 * (`AWSEvents`, `AWSStepFunctions`, `AmazonSSM`). Requests have to be signed, by whatever key.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function createAwsJsonServer(services: Record<string, AwsJsonService>): Server {
  return createDoor(awsJsonDoor(services));
}

/** The same, to be opened as a door. */
export function awsJsonDoor(services: Record<string, AwsJsonService>): DoorOptions {
  return {
    rule: signed,
    refuse: (response, message) =>
      send(response, 403, 'application/x-amz-json-1.0', { __type: 'AccessDeniedException', message }),
    answer: (request, response) => void answer(new Map(Object.entries(services)), request, response),
  };
}

type Services = ReadonlyMap<string, AwsJsonService>;

async function answer(services: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  try {
    const output = await dispatch(services, request);
    send(response, 200, contentType, output ?? {});
  } catch (error) {
    const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
    send(response, known.statusCode, contentType, { __type: known.code, message: known.message });
  }
}

async function dispatch(services: Services, request: IncomingMessage): Promise<unknown> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const [prefix = '', action = ''] = target.split('.');
  const service = services.get(prefix);
  if (service === undefined || action === '') {
    throw new AwsError('UnknownOperationException', `No service here answers the target "${target}".`, 404);
  }
  const token = request.headers['x-amz-security-token'];
  return service(action, parse(await readBody(request)), typeof token === 'string' ? token : undefined);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The SDK compresses what is large and may be, metrics for one.
  const compressed = request.headers['content-encoding'] === 'gzip';
  const body = compressed ? request.pipe(createGunzip()) : request;
  try {
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > MAX_BODY_BYTES) throw new AwsError('RequestEntityTooLarge', 'The request is larger than 8 MiB.', 413);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof AwsError || !compressed) throw error;
    throw new AwsError('SerializationException', 'The body is not gzip, as its content-encoding says.', 400);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // falls through to the error below
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

function send(response: ServerResponse, statusCode: number, contentType: string, body: unknown): void {
  response.writeHead(statusCode, { 'content-type': contentType });
  response.end(JSON.stringify(body));
}
