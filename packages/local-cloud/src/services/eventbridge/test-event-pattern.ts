import { isObject, parseJson } from '@dure/local-http/json';
import { allowOnly, invalid, requiredText, type Input } from '@dure/aws-protocols/aws-input';
import { compiledPattern } from './compiled-pattern.ts';

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
    if (!Object.hasOwn(event, name))
      throw invalid(`Parameter Event is not valid. Reason: ${name} is a required argument.`);
  }
  return { Result: matches(event) };
}

function parseEvent(text: string): object {
  const event = parseJson(text);
  if (isObject(event)) return event;
  throw invalid('Parameter Event is not valid. Reason: it is not a JSON object.');
}
