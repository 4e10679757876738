import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorPayload, type InvokeOptions } from '@dure/lambda-runtime';
import { parseJson } from '@dure/local-http/json';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { InvokeResult } from '../../../shared/types.ts';
import { streamAnswer } from './stream-answer.ts';

/** What of Lambda's API invokes functions, which `npm start` has as well. */
export interface Invoking {
  /** The version that a name leads to. @throws AwsError `ResourceNotFoundException` */
  versionOf(functionName: string, qualifier: string | undefined): string;
  invoke(
    functionName: string,
    payload: unknown,
    qualifier: string | undefined,
    options: InvokeOptions,
  ): Promise<InvokeResult>;
  invokeAsync(functionName: string, payload: unknown, qualifier: string | undefined, trace: string | undefined): void;
}

export interface InvokeRequest {
  readonly name: string;
  readonly qualifier: string | undefined;
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const MAX_SYNCHRONOUS = 6 * 1024 * 1024;
/** Since October 2025. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ASYNCHRONOUS = 1024 * 1024;
const TAIL_BYTES = 4096;

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export async function invokeByApi(invoking: Invoking, request: InvokeRequest): Promise<Reply> {
  const { name, qualifier, body, headers } = request;
  const version = invoking.versionOf(name, qualifier);
  const type = String(headers['x-amz-invocation-type'] ?? 'RequestResponse');
  if (!['RequestResponse', 'Event', 'DryRun'].includes(type)) {
    throw new AwsError(
      'InvalidParameterValueException',
      `InvocationType: "${type}" is none of RequestResponse, Event, DryRun.`,
    );
  }
  checkSize(body, type);
  const payload = body.length === 0 ? {} : parsePayload(body);
  if (type === 'DryRun') return { status: 204, body: '' };
  const trace = headers['x-amzn-trace-id']?.toString();
  if (type === 'Event') {
    invoking.invokeAsync(name, payload, qualifier, trace);
    return { status: 202, body: '' };
  }
  const tail: string[] = [];
  const log = headers['x-amz-log-type'] === 'Tail' ? { onLog: (text: string) => void tail.push(text) } : {};
  const result = await invoking.invoke(name, payload, qualifier, { ...log, trace });
  const answered = {
    'x-amz-executed-version': version,
    ...(headers['x-amz-log-type'] === 'Tail' && {
      'x-amz-log-result': Buffer.from(tail.join('')).subarray(-TAIL_BYTES).toString('base64'),
    }),
  };
  if (result.ok) return { headers: answered, body: result.payload ?? null };
  return { headers: { ...answered, 'x-amz-function-error': 'Unhandled' }, body: errorPayload(result) };
}

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html */
export async function invokeWithStream(
  invoking: Invoking,
  { name, qualifier, body, headers }: InvokeRequest,
  response: ServerResponse,
): Promise<void> {
  const version = invoking.versionOf(name, qualifier);
  const type = String(headers['x-amz-invocation-type'] ?? 'RequestResponse');
  if (type !== 'RequestResponse' && type !== 'DryRun') {
    throw new AwsError(
      'InvalidParameterValueException',
      `InvocationType: "${type}" is none of RequestResponse, DryRun.`,
    );
  }
  checkSize(body, type);
  const payload = body.length === 0 ? {} : parsePayload(body);
  const trace = headers['x-amzn-trace-id']?.toString();
  await streamAnswer(response, version, (sink) => invoking.invoke(name, payload, qualifier, { sink, trace }));
}

function checkSize({ length }: Buffer, type: string): void {
  const most = type === 'Event' ? MAX_ASYNCHRONOUS : MAX_SYNCHRONOUS;
  if (length <= most) return;
  const message =
    type === 'Event'
      ? `${length} byte payload is too large for the Event invocation type (limit ${most} bytes)`
      : `Request must be smaller than ${most} bytes for the InvokeFunction operation`;
  throw new AwsError('RequestTooLargeException', message, 413);
}

/** Any JSON value may be a payload. */
function parsePayload(body: Buffer): unknown {
  const payload = parseJson(body.toString('utf8'));
  if (payload !== undefined) return payload;
  throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
}
