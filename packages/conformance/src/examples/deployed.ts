import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import type { Account } from '../support/account.ts';

/** Where a service was deployed to. */
export interface Deployed {
  readonly stack: string;
  /** For clients of the account. */
  readonly connection: Account['connection'];
}

const CDK_HASH = /[0-9A-F]{8}$/;

/** An output of the stack: the first of the names that it has. */
export async function outputOf({ stack, connection }: Deployed, ...names: readonly string[]): Promise<string> {
  const { Stacks: [described] = [] } = await new CloudFormationClient(connection).send(
    new DescribeStacksCommand({ StackName: stack }),
  );
  const output = described?.Outputs?.find(({ OutputKey: key = '' }) => names.includes(key))?.OutputValue;
  if (output === undefined) throw new Error(`The stack ${stack} has no ${names.join(' or ')} among its outputs.`);
  return output;
}

/**
 * What the stack calls a resource in the end.
 * @param end of its name, `-hello` of a function, or its logical id, without the hash that the CDK adds
 */
export async function resourceOf({ stack, connection }: Deployed, type: string, end: string): Promise<string> {
  const { StackResourceSummaries: resources = [] } = await new CloudFormationClient(connection).send(
    new ListStackResourcesCommand({ StackName: stack }),
  );
  const found = resources.find(
    ({ ResourceType, LogicalResourceId: logical = '', PhysicalResourceId: id = '' }) =>
      ResourceType === type && (id.endsWith(end) || logical.replace(CDK_HASH, '') === end),
  )?.PhysicalResourceId;
  if (found === undefined) throw new Error(`The stack ${stack} has no ${type} ${end}.`);
  return found;
}
