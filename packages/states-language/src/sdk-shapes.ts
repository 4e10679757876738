import type { Json, JsonObject } from './json.ts';
import { isObject } from './json.ts';

/** Members that take text, and that a state machine may give as JSON. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  eventbridge: ['Detail'],
  kinesis: ['Data'],
  sfn: ['Input', 'Output', 'Definition'],
  sns: ['Message'],
  sqs: ['MessageBody'],
  states: ['Input'],
};

/**
 * The parameters of a Task as the SDK's command takes them: its names of members, JSON as text, bytes from base64. A
 * parameter that is null is left out, as on AWS.
 */
export function toInput(service: string, parameters: JsonObject): Record<string, unknown> {
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null));
  const shaped = asText(given, TEXTS[service] ?? []);
  if (service === 'dynamodb') return bytes(shaped) as Record<string, unknown>;
  if (service === 's3') return withJsonBody(shaped);
  return service === 'sfn' || service === 'states' ? renamed(shaped, lowerFirst) : shaped;
}

function asText(value: JsonObject, members: readonly string[]): JsonObject {
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => {
    if (members.includes(key) && typeof inner !== 'string') return [key, JSON.stringify(inner)];
    return [key, Array.isArray(inner) ? inner.map((one) => (isObject(one) ? asText(one, members) : one)) : inner];
  });
  return Object.fromEntries(entries);
}

/** As on AWS, which writes JSON whatever the Body is, a text in quotation marks, and calls it text. */
function withJsonBody(parameters: JsonObject): JsonObject {
  const { Body: body } = parameters;
  if (body === undefined) return parameters;
  return { ContentType: 'text/plain; charset=UTF-8', ...parameters, Body: JSON.stringify(body) };
}

/** Attribute values of the type B. */
function bytes(value: Json): unknown {
  if (Array.isArray(value)) return value.map(bytes);
  if (!isObject(value)) return value;
  const [only, ...others] = Object.entries(value);
  if (only?.[0] === 'B' && others.length === 0 && typeof only[1] === 'string') {
    return { B: Buffer.from(only[1], 'base64') };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bytes(inner)]));
}

/**
 * An answer of the SDK as Step Functions hands it on: names of members with a capital, times as text (or as milliseconds
 * since 1970, in optimised integrations), a body as text, other bytes in base64.
 */
export async function toOutput(service: string, answer: object, isSdk: boolean): Promise<JsonObject> {
  const members = Object.entries(answer).filter(([key, value]) => key !== '$metadata' && value !== undefined);
  const output: JsonObject = {};
  for (const [key, value] of members)
    output[key] = isStream(value) ? await value.transformToString() : toJson(value, isSdk);
  return service === 'sfn' || service === 'states' ? (renamed(output, upperFirst) as JsonObject) : output;
}

function toJson(value: unknown, isSdk: boolean): Json {
  if (value instanceof Date) return isSdk ? value.toISOString() : value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((one) => toJson(one, isSdk));
  if (typeof value !== 'object' || value === null) return value as Json;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, toJson(inner, isSdk)]));
}

function isStream(value: unknown): value is { transformToString(): Promise<string> } {
  return typeof value === 'object' && value !== null && 'transformToString' in value;
}

function renamed(value: JsonObject, rename: (name: string) => string): JsonObject {
  const inside = (inner: Json): Json => {
    if (Array.isArray(inner)) return inner.map(inside);
    return isObject(inner) ? renamed(inner, rename) : inner;
  };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), inside(inner)]));
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
