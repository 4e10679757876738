import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DeployError } from './deploy-error.ts';

/** The account to deploy to, as the AWS SDK finds it: profile, role, environment, AWS_ENDPOINT_URL. */
export interface Account {
  /** For people: the region, and the endpoint if it is not AWS. */
  readonly place: string;
  /** Values by name. Missing parameters are left out. */
  parameters(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** `UPDATE_COMPLETE`, `CREATE_IN_PROGRESS` …; undefined if the stack does not exist. */
  stackStatus(name: string): Promise<string | undefined>;
  /** The URL of a service's HTTP API (`httpApi` events); undefined if its stack has none. */
  httpApiUrl(stack: string): Promise<string | undefined>;
  close(): void;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const MAX_NAMES = 10;

/** The Serverless CLI's output of a stack. */
const HTTP_API_URL = 'HttpApiUrl';

export const SIGN_IN =
  'There are no AWS credentials: sign in (aws sso login, then AWS_PROFILE=…), ' +
  'or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';

/** @throws DeployError when there are no credentials */
export async function openAccount(region: string, env = process.env): Promise<Account> {
  const ssm = new SSMClient({ region });
  const cloudFormation = new CloudFormationClient({ region });
  const close = () => {
    ssm.destroy();
    cloudFormation.destroy();
  };
  try {
    await ssm.config.credentials();
  } catch (error) {
    close();
    throw new DeployError(`${SIGN_IN}\n(${(error as Error).message.split('\n')[0]})`, { cause: error });
  }
  const stackOf = async (name: string): Promise<Stack | undefined> => {
    try {
      const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
      return stack;
    } catch (error) {
      if (error instanceof Error && error.name === 'ValidationError' && / does not exist$/.test(error.message)) {
        return undefined;
      }
      throw error;
    }
  };
  const endpoint = env['AWS_ENDPOINT_URL'];
  return {
    place: endpoint === undefined ? region : `${region} at ${endpoint}`,
    async parameters(names) {
      const found = new Map<string, string>();
      for (let start = 0; start < names.length; start += MAX_NAMES) {
        const answer = await ssm.send(new GetParametersCommand({ Names: names.slice(start, start + MAX_NAMES) }));
        for (const { Name = '', Value = '' } of answer.Parameters ?? []) found.set(Name, Value);
      }
      return found;
    },
    stackStatus: async (name) => (await stackOf(name))?.StackStatus,
    async httpApiUrl(name) {
      const { Outputs: outputs = [] } = (await stackOf(name)) ?? {};
      return outputs.find(({ OutputKey }) => OutputKey === HTTP_API_URL)?.OutputValue;
    },
    close,
  };
}

export const urlParameter = (stage: string, service: string): string => `/dure/${stage}/${service}/url`;
export const artefactsParameter = (stage: string, service: string): string => `/dure/${stage}/${service}/artefacts`;
