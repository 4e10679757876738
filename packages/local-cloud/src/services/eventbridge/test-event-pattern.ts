import { isObject, parseJson } from '@dure/local-http/json';
import { allowOnly, invalid, requiredText, type Input } from '@dure/aws-protocols/aws-input';
import { compiledPattern } from './compiled-pattern.ts';

const NOT_VALID = 'Parameter Event is not valid.';
const MANDATORY = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

/**
 * TestEventPattern.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
 */
export function testEventPattern(input: Input): object {
  allowOnly('TestEventPattern', input, ['EventPattern', 'Event']);
  const matches = compiledPattern(requiredText(input, 'EventPattern', 4096));
  const event = parseEvent(requiredText(input, 'Event', Number.MAX_SAFE_INTEGER));
  for (const name of MANDATORY) {
    if (!Object.hasOwn(event, name)) throw invalid(NOT_VALID);
  }
  return { Result: matches(event) };
}

function parseEvent(text: string): object {
  const event = parseJson(text);
  if (isObject(event)) return event;
  throw invalid(NOT_VALID);
}
