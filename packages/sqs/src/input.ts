import { isObject } from '@dure/local-http/json';
import { invalidParameter, invalidValue, missing } from './sqs-error.ts';

/** An action's input as the JSON protocol has it; that of the query protocol is brought into the same shape. */
export type Input = Readonly<Record<string, unknown>>;

/** @throws AwsError `MissingRequiredParameterException`, or `InvalidParameterValueException` unless it is a string */
export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') throw missing(name);
  return value;
}

/** @throws AwsError `InvalidParameterValueException` unless it is a string */
export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw invalidParameter(`The parameter ${name} has to be a string.`);
}

/** @throws AwsError `InvalidParameterValueException` with SQS's reason */
export function optionalInteger(
  input: Input,
  name: string,
  [least, most]: readonly [number, number],
  reason: string,
): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw invalidValue(name, value, reason);
}

/** @throws AwsError `InvalidParameterValueException` unless it is a list of strings */
export function texts(input: Input, name: string): readonly string[] {
  const value = input[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalidParameter(`The parameter ${name} has to be a list of strings.`);
}

/** @throws AwsError `InvalidParameterValueException` unless it is an object of strings */
export function textMap(input: Input, name: string): Readonly<Record<string, string>> {
  const value = input[name] ?? {};
  if (isObject(value) && Object.values(value).every((item) => typeof item === 'string')) {
    return value as Record<string, string>;
  }
  throw invalidParameter(`The parameter ${name} has to be an object of strings.`);
}
