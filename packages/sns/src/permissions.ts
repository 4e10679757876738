import { isObject, parseJson } from '@dure/local-http/json';
import { type Input, listOf, required } from './input.ts';
import { invalid } from './sns-error.ts';

interface Policy {
  readonly Statement: readonly Record<string, unknown>[];
  readonly [name: string]: unknown;
}

const ACTIONS = [
  ...['GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission'],
  ...['DeleteTopic', 'Subscribe', 'ListSubscriptionsByTopic', 'Publish'],
];

/** The policy of a topic that was given none. */
export function defaultPolicy(topicArn: string, owner: string): string {
  const statement = {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ACTIONS.map((action) => `SNS:${action}`),
    Resource: topicArn,
    Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
  };
  return JSON.stringify({ Version: '2008-10-17', Id: '__default_policy_ID', Statement: [statement] });
}

/**
 * A topic's policy with one more statement. Policies are kept and shown; nobody is refused by them here.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html
 */
export function withPermission(policyText: string, topicArn: string, input: Input): string {
  const label = required(input, 'Label');
  const policy = parse(policyText);
  if (policy.Statement.some(({ Sid }) => Sid === label)) throw invalid('Statement already exists');
  const actions = listOf(input['ActionName']).map(String);
  if (actions.length === 0 || !actions.every((action) => ACTIONS.includes(action))) {
    throw invalid('Policy statement action out of service scope!');
  }
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: {
      AWS: oneOrAll(listOf(input['AWSAccountId']).map((account) => `arn:aws:iam::${String(account)}:root`)),
    },
    Action: oneOrAll(actions.map((action) => `SNS:${action}`)),
    Resource: topicArn,
  };
  return JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
}

/** The policy without the statement of this label. */
export function withoutPermission(policyText: string, input: Input): string {
  const label = required(input, 'Label');
  const policy = parse(policyText);
  return JSON.stringify({ ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== label) });
}

/** A list with one item is written as the item, as AWS writes policies. */
const oneOrAll = (items: readonly string[]): string | readonly string[] => (items.length === 1 ? items[0]! : items);

function parse(text: string): Policy {
  const policy = JSON.parse(text) as Record<string, unknown>;
  return { ...policy, Statement: [policy['Statement'] ?? []].flat().filter(isObject) };
}

/** Whether a text is JSON of an object, as a policy is. */
export const isPolicy = (text: string): boolean => isObject(parseJson(text));
