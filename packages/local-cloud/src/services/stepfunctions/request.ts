import { AwsError } from '@dure/aws-protocols/aws-error';

export type Request = Record<string, unknown>;

/** AWS's answer to a request whose member breaks a constraint of the service's model. */
export function invalid(value: unknown, member: string, constraint: string): AwsError {
  const shown = value === undefined ? 'null' : `'${String(value)}'`;
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** A string member, or undefined when it is absent. */
export function optionalText(request: Request, member: string, maxLength = Infinity): string | undefined {
  const value = request[member] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string') {
    throw new AwsError('SerializationException', `The member ${member} must be a string.`);
  }
  if (value.length > maxLength) {
    throw invalid(value, member, `Member must have length less than or equal to ${maxLength}`);
  }
  return value;
}

export function text(request: Request, member: string, maxLength = Infinity): string {
  const value = optionalText(request, member, maxLength);
  if (value === undefined) throw invalid(value, member, 'Member must not be null');
  if (value === '') throw invalid(value, member, 'Member must have length greater than or equal to 1');
  return value;
}

/** The page size: 100 by default, at most 1000. */
export function pageSize(request: Request): number {
  const value = request['maxResults'] ?? 0;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new AwsError('SerializationException', 'The member maxResults must be a whole number.');
  }
  if (value > 1000) throw invalid(value, 'maxResults', 'Member must have value less than or equal to 1000');
  if (value < 0) throw invalid(value, 'maxResults', 'Member must have value greater than or equal to 0');
  return value === 0 ? 100 : value;
}

/** Refuses, by name, members that would have an effect on AWS and have none here. */
export function refuse(request: Request, members: readonly string[]): void {
  const found = members.find((member) => request[member] !== undefined && request[member] !== null);
  if (found !== undefined) {
    throw new AwsError('ValidationException', `The local cloud does not support the member '${found}'.`);
  }
}

/** A name of a state machine or execution. Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export function checkName(name: string): string {
  if (name.length > 80) throw invalid(name, 'name', 'Member must have length less than or equal to 80');
  const isForbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]/.test(name);
  if (name === '' || isForbidden) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}

/** An ARN of the given kind (`stateMachine`, `execution`); InvalidArn otherwise. */
export function checkArn(arn: string, kind: 'stateMachine' | 'execution' | 'activity'): string {
  if (!arn.startsWith('arn:')) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  const resourceType = arn.split(':')[5];
  if (resourceType === kind) return arn;
  throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${String(resourceType)}'`);
}

/** A page token holds the list it belongs to and the place in it. */
export function writePageToken(list: string, place: string | number): string {
  return Buffer.from(JSON.stringify([list, place])).toString('base64');
}

/** The place a page token stands for, or undefined for the first page. Throws InvalidToken for another list's. */
export function readPageToken(request: Request, list: string, longest = 1024): string | number | undefined {
  const token = optionalText(request, 'nextToken', longest);
  if (token === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === list && ['string', 'number'].includes(typeof parsed[1])) {
      return parsed[1] as string | number;
    }
  } catch {
    // not one of ours: refused below
  }
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
}
