import { compilePattern, InvalidPatternError, whyNotJson } from '@dure/event-patterns';
import { isObject, parseJson } from '@dure/local-http/json';
import type { MessageAttribute, MessageAttributes } from '@dure/sqs';
import { invalid } from './sns-error.ts';
import type { Texts } from './store.ts';

/** Whether a subscription wants a message. */
export type Filter = (message: string, attributes: MessageAttributes) => boolean;

const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;

/**
 * Compiles a subscription's filter policy, which has the operators of EventBridge's patterns: over the message's
 * attributes, each a value or a list of values, or over its body.
 * @throws AwsError `InvalidParameter` with the matcher's reason
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function compileFilter({ FilterPolicy: text, FilterPolicyScope: scope }: Texts): Filter {
  if (text === undefined || text === '') return () => true;
  const policy = parseJson(text);
  if (!isObject(policy)) throw invalid(`FilterPolicy: ${unparsed(text)}`);
  if (Object.keys(policy).length === 0) return () => true;
  const ofBody = scope === 'MessageBody';
  checkSize(policy, ofBody);
  const matches = compile(policy);
  if (!ofBody) return (_message, attributes) => matches(valuesOf(attributes));
  return (message) => {
    const body = parseJson(message);
    return isObject(body) && matches(body);
  };
}

/** Why the text of a filter policy is not JSON. */
export const unparsed = (text: string): string => `failed to parse JSON. ${whyNotJson(text) ?? ''}`.trim();

function compile(policy: object): (event: unknown) => boolean {
  try {
    return compilePattern(policy);
  } catch (error) {
    throw error instanceof InvalidPatternError ? invalid(`FilterPolicy: ${error.reason}`) : error;
  }
}

function checkSize(policy: Record<string, unknown>, ofBody: boolean): void {
  let keys = 0;
  /** How many combinations of values there are; a value counts as often as its key is deep. */
  const combinations = (node: Record<string, unknown>, depth: number): number => {
    let product = 1;
    for (const [name, value] of Object.entries(node)) {
      if (name === '$or' && Array.isArray(value)) {
        const branches = value.filter(isObject).map((branch) => combinations(branch, depth));
        product *= branches.reduce((sum, each) => sum + each, 0);
      } else if (Array.isArray(value)) {
        keys += 1;
        product *= Math.max(1, value.length * depth);
      } else if (isObject(value)) {
        if (!ofBody && Object.values(value).some((inner) => Array.isArray(inner) || isObject(inner))) {
          throw invalid('Filter policy scope MessageAttributes does not support nested filter policy');
        }
        product *= combinations(value, depth + 1);
      }
    }
    return product;
  };
  const all = combinations(policy, 1);
  if (keys > MAX_KEYS) throw invalid(`FilterPolicy: Filter policy can not have more than ${MAX_KEYS} keys`);
  if (all > MAX_COMBINATIONS) throw invalid('FilterPolicy: Filter policy is too complex');
}

/** A text is matched as text, a number as a number, and of a list any of its values. */
function valuesOf(attributes: MessageAttributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, { DataType: type }]) => !type.startsWith('Binary'))
      .map(([name, attribute]) => [name, valueOf(attribute)]),
  );
}

function valueOf({ DataType: type, StringValue: text = '' }: MessageAttribute): unknown {
  if (type.startsWith('Number')) return Number(text);
  const list = type === 'String.Array' ? parseJson(text) : undefined;
  return Array.isArray(list) ? list : text;
}
