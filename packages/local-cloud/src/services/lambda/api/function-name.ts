import { AwsError } from '@dure/aws-protocols/aws-error';

export interface FunctionReference {
  readonly name: string;
  /** A version or an alias, if one is named. */
  readonly qualifier?: string;
}

const REFERENCE =
  /^(?:arn:[^:]+:lambda:[^:]*:[^:]*:function:|(?:\d{12}:)?function:)?([a-zA-Z0-9-_]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

/**
 * Reads a function's name, ARN or partial ARN, each with or without a qualifier.
 * @throws AwsError `ValidationException`
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
 */
export function parseFunctionName(text: string): FunctionReference {
  const [, name, qualifier] = REFERENCE.exec(text) ?? [];
  if (name === undefined) throw new AwsError('ValidationException', `"${text}" is not the name or ARN of a function.`);
  return { name, ...(qualifier !== undefined && { qualifier }) };
}
