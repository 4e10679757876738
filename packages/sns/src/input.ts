import { isObject } from '@dure/local-http/json';
import { invalid } from './sns-error.ts';

/** Parameters of the query protocol, as `parseForm` makes them. */
export type Input = Readonly<Record<string, unknown>>;

/** @throws AwsError `InvalidParameter` if it is missing */
export function required(input: Input, name: string): string {
  const value = optional(input, name);
  if (value === undefined || value === '') throw invalid(`${name} Reason: no value for required parameter`);
  return value;
}

export function optional(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(name);
}

/** @throws AwsError `InvalidParameter` unless it has the form of an ARN */
export function requiredArn(input: Input, name: string): string {
  const arn = optional(input, name) ?? required(input, name);
  const parts = arn.split(':').length;
  if (parts < 6) throw invalid(`${name} Reason: An ARN must have at least 6 elements, not ${parts}`);
  return arn;
}

/** `Attributes.entry.1.key=…&Attributes.entry.1.value=…` */
export function mapOf(value: unknown, key = 'key', of = 'value'): Record<string, unknown> {
  const entries = isObject(value) && isObject(value['entry']) ? Object.values(value['entry']) : [];
  return Object.fromEntries(entries.filter(isObject).map((entry) => [String(entry[key]), entry[of] ?? '']));
}

/** The same, of texts. */
export function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(mapOf(value)).map(([name, text]) => [name, String(text)]));
}

/** `Tags.member.1.Key=…` */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const PAGE = 100;

/** A page of a hundred, and where it goes on. */
export function paged<T>(items: readonly T[], input: Input): { page: readonly T[]; NextToken?: string } {
  const from = Number(Buffer.from(optional(input, 'NextToken') ?? '', 'base64url').toString('utf8') || 0);
  if (!Number.isSafeInteger(from) || from < 0) throw invalid('NextToken');
  const next = from + PAGE;
  const token = Buffer.from(String(next)).toString('base64url');
  return { page: items.slice(from, next), ...(next < items.length && { NextToken: token }) };
}
