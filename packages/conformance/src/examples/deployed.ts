import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Account } from '../support/account.ts';
import type { Check } from './check.ts';

/** Where a service was deployed to, as the framework printed it. */
export interface Deployed {
  readonly stack: string;
  readonly region: string;
}

/** @throws {Error} where the framework printed no such line */
export function deployedIn(output: string): Deployed {
  const [, service, stage, region = ''] = /Deploying "?([\w-]+)"? to stage "?([\w-]+)"? \(([\w-]+)/.exec(output) ?? [];
  if (service === undefined) throw new Error('The deploy does not say where it went.');
  return { stack: `${service}-${stage}`, region };
}

/** Why the check fails, or undefined where the service answers as it should. */
export async function failureOf(
  check: Check,
  { stack, region }: Deployed,
  account: Account,
): Promise<string | undefined> {
  const configuration = { ...account.connection, region };
  return 'invoke' in check
    ? invocationFailure(check, stack, configuration)
    : requestFailure(check, await addressOf(stack, configuration));
}

type Configuration = Account['connection'];
const WRONG_ANSWER_LENGTH = 120;
const ENDPOINTS = ['HttpApiUrl', 'ServiceEndpoint'];

async function addressOf(StackName: string, configuration: Configuration): Promise<string> {
  const { Stacks: [stack] = [] } = await new CloudFormationClient(configuration).send(
    new DescribeStacksCommand({ StackName }),
  );
  const endpoint = stack?.Outputs?.find(({ OutputKey: key = '' }) => ENDPOINTS.includes(key))?.OutputValue;
  if (endpoint === undefined) throw new Error(`The stack ${StackName} has no address of an API among its outputs.`);
  return endpoint.replace(/\/$/, '');
}

type Request = Exclude<Check, { invoke: string }>;

async function requestFailure(check: Request, base: string): Promise<string | undefined> {
  const { method, path, body, headers = {}, status, contains } = check;
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status === status && text.includes(contains)) return undefined;
  return `${method} ${path}: ${response.status} ${text.slice(0, WRONG_ANSWER_LENGTH)}`;
}

type Invocation = Extract<Check, { invoke: string }>;

async function invocationFailure(
  check: Invocation,
  StackName: string,
  configuration: Configuration,
): Promise<string | undefined> {
  const { StackResourceSummaries: resources = [] } = await new CloudFormationClient(configuration).send(
    new ListStackResourcesCommand({ StackName }),
  );
  const FunctionName = resources.find(
    ({ ResourceType: type, PhysicalResourceId: id = '' }) =>
      type === 'AWS::Lambda::Function' && id.endsWith(`-${check.invoke}`),
  )?.PhysicalResourceId;
  if (FunctionName === undefined) return `There is no function ${check.invoke}.`;
  const { FunctionError: failed, Payload: payload } = await new LambdaClient(configuration).send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(check.payload) }),
  );
  const text = Buffer.from(payload ?? []).toString();
  if (failed === undefined && text.includes(check.contains)) return undefined;
  return `${check.invoke}: ${text.slice(0, WRONG_ANSWER_LENGTH)}`;
}
