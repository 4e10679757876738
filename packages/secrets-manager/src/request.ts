import { AwsError } from '@dure/aws-protocols/aws-error';
import type { Tag } from './store.ts';
import type { Value } from './versions.ts';

export type Input = Readonly<Record<string, unknown>>;

const MAX_VALUE_BYTES = 65_536;
const TOKEN_LENGTHS = [32, 64] as const;

/** @throws AwsError for what is not carried out here, by its name */
export function onlyKnown(action: string, input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new AwsError('InvalidParameterException', `${unknown} of ${action} is not supported here.`);
  }
}

export function requiredText(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('InvalidParameterException', `${name} has to be a text that is not empty.`);
}

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new AwsError('InvalidParameterException', `${name} has to be a text.`);
}

/** A secret's text, or its bytes in base64; undefined where the request has neither. */
export function valueOf(input: Input): Value | undefined {
  const [text, binary] = [optionalText(input, 'SecretString'), optionalText(input, 'SecretBinary')];
  if (text !== undefined && binary !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (text === undefined && binary === undefined) return undefined;
  const bytes = text === undefined ? Buffer.byteLength(binary ?? '', 'base64') : Buffer.byteLength(text);
  if (bytes > MAX_VALUE_BYTES) {
    throw new AwsError('ValidationException', `A secret has at most ${MAX_VALUE_BYTES} bytes, and this one ${bytes}.`);
  }
  return { text, binary };
}

/** The id of the version that a request makes, where its client chose one. */
export function tokenOf(input: Input): string | undefined {
  const token = optionalText(input, 'ClientRequestToken');
  const [least, most] = TOKEN_LENGTHS;
  if (token === undefined || (token.length >= least && token.length <= most)) return token;
  throw new AwsError('InvalidParameterException', `ClientRequestToken has to have ${least} to ${most} characters.`);
}

export function tagsOf(input: Input): Tag[] {
  const tags: unknown = input['Tags'] ?? [];
  if (!Array.isArray(tags)) throw new AwsError('InvalidParameterException', 'Tags has to be a list.');
  return (tags as Tag[]).map(({ Key, Value }) => ({ Key, Value }));
}
