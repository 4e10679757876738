import { isObject } from '@dure/local-http/json';
import { type Input, requiredText, texts } from './input.ts';
import { invalidValue, missing } from './sqs-error.ts';

interface Statement {
  readonly Sid?: string;
  readonly [name: string]: unknown;
}
interface Policy {
  /** One may stand without a list. */
  readonly Statement?: Statement | readonly Statement[];
  readonly [name: string]: unknown;
}

const ACTIONS = [
  ...['*', 'ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl'],
  ...['ListDeadLetterSourceQueues', 'PurgeQueue', 'ReceiveMessage', 'SendMessage'],
];

/** A list with one item is written as the item, as AWS writes policies. */
const oneOrAll = (items: readonly string[]): string | readonly string[] => (items.length === 1 ? items[0]! : items);

/**
 * A queue's policy with one more statement. Policies are kept and shown; nobody is refused by them here.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
 */
export function withPermission(policyText: string | undefined, queueArn: string, input: Input): string {
  const label = requiredText(input, 'Label');
  const accounts = texts(input, 'AWSAccountIds');
  const actions = texts(input, 'Actions');
  if (!/^[\w-]{1,80}$/.test(label)) {
    throw invalidValue(
      'Label',
      label,
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
  if (accounts.length === 0) throw missing('AWSAccountIds');
  if (actions.length === 0) throw missing('Actions');
  const unknown = actions.find((action) => !ACTIONS.includes(action));
  if (unknown !== undefined) {
    throw invalidValue(
      'ActionName',
      `SQS:${unknown}`,
      'Please refer to the appropriate WSDL for a list of valid actions.',
    );
  }
  const policy = parse(policyText) ?? { Version: '2008-10-17', Id: `${queueArn}/SQSDefaultPolicy` };
  const statements = statementsOf(policy);
  if (statements.some(({ Sid }) => Sid === label)) throw invalidValue('Label', label, 'Already exists.');
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: oneOrAll(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: oneOrAll(actions.map((action) => `SQS:${action}`)),
    Resource: queueArn,
  };
  return JSON.stringify({ ...policy, Statement: [...statements, statement] });
}

/** The policy without the statement of this label; undefined when nothing is left. */
export function withoutPermission(policyText: string | undefined, input: Input): string | undefined {
  const label = requiredText(input, 'Label');
  const policy = parse(policyText);
  const statements = statementsOf(policy);
  const left = statements.filter(({ Sid }) => Sid !== label);
  if (left.length === statements.length) throw invalidValue('Label', label, "can't find label.");
  return left.length === 0 ? undefined : JSON.stringify({ ...policy, Statement: left });
}

const statementsOf = ({ Statement }: Policy = {}): Statement[] => [Statement ?? []].flat();

/** Whether a text is the JSON of a policy with readable statements. */
export const isPolicy = (policy: unknown): boolean => isObject(policy) && statementsOf(policy).every(isObject);

function parse(text: string | undefined): Policy | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Policy);
}
