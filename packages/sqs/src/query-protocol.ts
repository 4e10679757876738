import { parseForm } from '@dure/aws-protocols/aws-query';
import { isObject } from '@dure/local-http/json';
import type { Input } from './input.ts';
import { invalidParameter } from './sqs-error.ts';

type Node = Record<string, unknown>;

const LISTS: Readonly<Record<string, string>> = {
  ActionName: 'Actions',
  AttributeName: 'AttributeNames',
  AWSAccountId: 'AWSAccountIds',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  TagKey: 'TagKeys',
};
const MAPS: Readonly<Record<string, readonly [member: string, key: string, value: string]>> = {
  Attribute: ['Attributes', 'Name', 'Value'],
  MessageAttribute: ['MessageAttributes', 'Name', 'Value'],
  MessageSystemAttribute: ['MessageSystemAttributes', 'Name', 'Value'],
  Tag: ['Tags', 'Key', 'Value'],
};
const PLURALS = ['Entries', ...Object.values(LISTS), ...Object.values(MAPS).map(([member]) => member)];
const ENTRIES = /^(SendMessageBatch|DeleteMessageBatch|ChangeMessageVisibilityBatch)RequestEntry$/;
const INTEGERS = [
  ...['DelaySeconds', 'MaxNumberOfMessages', 'MaxNumberOfMessagesPerSecond', 'MaxResults'],
  ...['VisibilityTimeout', 'WaitTimeSeconds'],
];

/**
 * A form of the query protocol as the input that the JSON protocol would have: SQS's lists and maps are flattened
 * (`Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=5`).
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function parseQuery(body: string): { readonly action: string; readonly input: Input } {
  const { Action: action, Version: _version, ...form } = parseForm(body);
  const input = memberOf(form);
  if (action === 'CreateQueue' && 'Tags' in input) {
    const { Tags: tags, ...rest } = input;
    return { action, input: { ...rest, tags } };
  }
  // In this protocol the older name of the parameter counts, where both are given.
  const { MessageSystemAttributeNames: newer, ...rest } = input;
  return { action: String(action ?? ''), input: newer === undefined || 'AttributeNames' in rest ? rest : input };
}

function memberOf(node: Node): Node {
  return Object.fromEntries(Object.entries(node).map(([name, value]) => member(name, value)));
}

function member(name: string, value: unknown): [name: string, value: unknown] {
  const list = LISTS[name];
  const map = MAPS[name];
  // As clients write a list or map without members.
  if (value === '' && PLURALS.includes(name)) return [name, undefined];
  if (list !== undefined) return [list, isObject(value) ? numbered(value) : [value]];
  if (map !== undefined && isObject(value)) {
    const [as, key, of] = map;
    const items = ('Name' in value || 'Key' in value ? [value] : numbered(value)) as Node[];
    return [as, Object.fromEntries(items.map((item) => [String(item[key]), item[of] ?? '']))];
  }
  if (ENTRIES.test(name) && isObject(value))
    return ['Entries', numbered(value).map((entry) => memberOf(entry as Node))];
  if (INTEGERS.includes(name)) return [name, integer(name, value)];
  return [name, value];
}

/** `{ 2: b, 1: a }` → `[a, b]` */
function numbered(node: Node): unknown[] {
  return Object.entries(node)
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, item]) => item);
}

function integer(name: string, value: unknown): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : NaN;
  if (Number.isNaN(number)) throw invalidParameter(`Value ${String(value)} for parameter ${name} is not an integer.`);
  return number;
}

interface Pairs {
  readonly element: string;
  readonly key: 'Name' | 'Key';
}
const OUT_MAPS: Readonly<Record<string, Pairs>> = {
  Attributes: { element: 'Attribute', key: 'Name' },
  MessageAttributes: { element: 'MessageAttribute', key: 'Name' },
  Tags: { element: 'Tag', key: 'Key' },
};
const OUT_LISTS: Readonly<Record<string, string>> = {
  Failed: 'BatchResultErrorEntry',
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
  Results: 'ListMessageMoveTasksResultEntry',
};

/** What the JSON protocol would answer, with the names that the query protocol has for it: a list repeats its name. */
export function queryOutput(action: string, output: unknown): Node {
  if (!isObject(output)) return {};
  const renamed: Node = {};
  for (const [name, value] of Object.entries(output)) {
    const pairs = OUT_MAPS[name];
    const list = name === 'Successful' ? `${action}ResultEntry` : OUT_LISTS[name];
    if (pairs !== undefined && isObject(value)) {
      renamed[pairs.element] = Object.entries(value).map(([key, of]) => ({ [pairs.key]: key, Value: of }));
    } else if (list !== undefined && Array.isArray(value)) {
      renamed[list] = value.map((item) => (isObject(item) ? queryOutput(action, item) : item));
    } else renamed[name] = value;
  }
  return renamed;
}

const IN_JSON: Readonly<Record<string, string>> = {
  Attribute: 'Attributes',
  Message: 'messages',
  QueueUrl: 'queueUrls',
};

/** The same as JSON, which a caller of the query protocol may accept: `{ messages: [{ Body: … }] }`. */
export const jsonOf = (output: Node): Node =>
  Object.fromEntries(
    Object.entries(output).map(([name, value]): [string, unknown] =>
      Array.isArray(value)
        ? [IN_JSON[name] ?? name, value.map((item: unknown) => (isObject(item) ? jsonOf(item) : item))]
        : [name, value],
    ),
  );
