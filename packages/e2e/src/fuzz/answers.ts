import type { Caller } from './callers.ts';
import type { Operation, ResponseObject } from './open-api.ts';
import type { FuzzRequest } from './requests.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What is wrong with an answer; undefined when it is as published. */
export function faultOf(
  operation: Operation,
  request: FuzzRequest,
  answer: Answer,
  reach: 'any' | 'own' | undefined = 'any',
): string | undefined {
  const { status } = answer;
  if (status >= 500) return 'an error of the server';
  // Who may not at all is refused before the operation, by what publishes no answers.
  if (request.expect === 'elsewhere' || reach === undefined) return undefined;
  const response = operation.responses[status];
  if (response === undefined) return `the status ${status} is not published`;
  if (request.expect === 'refused' && status < 400) return 'taken, although it breaks the contract';
  if (request.expect === 'valid' && !operation.ruled && isInvalid(answer))
    return 'refused, although it holds the contract';
  return headerFault(operation, response, answer) ?? bodyFault(operation, response, answer);
}

/** What refuses a caller, or does not show that there is anything. */
const REFUSALS = [401, 403, 404];

/**
 * What is wrong with an answer to a caller; undefined when they got no more than they may.
 * @param reach with whose data they may do it
 */
export function rightFault(
  { kind, hidden }: Caller,
  reach: 'any' | 'own' | undefined,
  request: FuzzRequest,
  { status, body }: Answer,
): string | undefined {
  if (reach !== 'any' && hidden.some((text) => body.includes(text))) return `${kind} was shown what is another's`;
  if (reach !== undefined || request.expect === 'elsewhere' || REFUSALS.includes(status)) return undefined;
  return `${kind} was let in`;
}

const isInvalid = ({ body }: Answer) => /"urn:dure:problem:(?:invalid-request|invalid-json)"/.test(body);

function headerFault(operation: Operation, { headers = {} }: ResponseObject, answer: Answer): string | undefined {
  for (const [name, reference] of Object.entries(headers)) {
    const { required, schema } = operation.resolve(reference);
    const value = answer.headers[name.toLowerCase()];
    if (value === undefined && required) return `the header ${name} is missing`;
    if (value !== undefined && !operation.validator(schema)(value))
      return `the header ${name} is not as published: ${String(value)}`;
  }
  return undefined;
}

function bodyFault(operation: Operation, { content }: ResponseObject, answer: Answer): string | undefined {
  if (content === undefined) return answer.body === '' ? undefined : 'a body where none is published';
  const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? '';
  const published = content[type];
  if (published === undefined) return `the content type "${type}" is not published`;
  const body = parse(answer.body);
  if (body === undefined) return 'the body is not JSON';
  const validate = operation.validator(published.schema);
  if (validate(body)) return undefined;
  const errors = validate.errors ?? [];
  return `the body is not as published: ${errors.map((error) => `${error.instancePath} ${error.message}`).join('; ')}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
