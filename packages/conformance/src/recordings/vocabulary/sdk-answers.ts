import { Body, Failure, Float, Refused } from '../reader/values.ts';
import type { Headers } from './clients.ts';

/** What the SDK adds to an error of AWS. */
export interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly Code?: string;
  readonly Error?: { readonly Code?: string; readonly Type?: string };
  readonly Type?: string;
}

/** Members of the SDK's errors that boto3 shows elsewhere, or not at all. */
const OF_THE_SDK = new Set([
  ...[
    '$metadata',
    '$fault',
    '$service',
    '$response',
    '$retryable',
    'name',
    'message',
    'Code',
    'Type',
    'Error',
    '__type',
    'xmlns',
  ],
]);

/** In boto3's shape, without what is not there. */
export function answerOf(
  { $metadata, ...answer }: Record<string, unknown>,
  HTTPHeaders: Headers,
): Record<string, unknown> {
  const status = ($metadata as SdkError['$metadata'])?.httpStatusCode;
  return { ...(present(answer) as object), ResponseMetadata: { HTTPHeaders, HTTPStatusCode: status } };
}

const OPAQUE = [Date, Uint8Array, Body, Float] as const;

function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (typeof value !== 'object' || value === null || OPAQUE.some((type) => value instanceof type)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, present(item)]])),
  );
}

interface Streamed {
  transformToByteArray(): Promise<Uint8Array>;
}

const isStreamed = (value: unknown): value is Streamed =>
  typeof value === 'object' && value !== null && 'transformToByteArray' in value;

/** With the body of an object in a bucket received. */
export async function received(answer: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { Body: body } = answer;
  return isStreamed(body) ? { ...answer, Body: new Body(await body.transformToByteArray()) } : answer;
}

/** The sentences by which the emulator says that it does not do something that AWS does. */
export const REFUSAL =
  /\blocal (cloud|EventBridge|account)\b|not supported here|not delivered by \S+ here|not sent from here|not run here|are not read here/i;

export function failureOf(error: SdkError, operation: string): Error {
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined) return new Failure(error.name, error.message);
  if (status === 501 || REFUSAL.test(error.message)) return new Refused(error.message);
  const Code = error.Error?.Code ?? error.Code ?? error.name;
  const fields = present(Object.fromEntries(Object.entries(error).filter(([key]) => !OF_THE_SDK.has(key)))) as object;
  const Type = error.Error?.Type ?? error.Type;
  const { message: Message } = error;
  return new Failure(
    Code,
    `An error occurred (${Code}) when calling the ${operation} operation: ${Message}`,
    {
      Error: { Code, Message, ...(Type !== undefined && { Type }) },
      ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: status },
      ...fields,
    },
    error.name,
  );
}
