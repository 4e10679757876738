import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';

/** What a mock has none of, and a deployment of it would delete. */
const LOST = ['AWS::Lambda::Function', 'AWS::DynamoDB::Table'];

/**
 * Why nothing may be done to this stack in the name of a mock: the service itself is there. Undefined if it may.
 * @throws CloudFormation's error, except that there is no such stack
 */
export async function refusalToReplace(
  config: CloudFormationClientConfig,
  { service, stage, stackName }: { readonly service: string; readonly stage: string; readonly stackName: string },
): Promise<string | undefined> {
  const client = new CloudFormationClient(config);
  try {
    for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
      const lost = page.StackResourceSummaries?.find(
        ({ ResourceType = '', ResourceStatus }) => LOST.includes(ResourceType) && ResourceStatus !== 'DELETE_COMPLETE',
      );
      if (lost === undefined) continue;
      return (
        `${service} itself is deployed in ${stage}, not a mock of it: to go on would delete its functions and its table ` +
        `(${lost.LogicalResourceId}). Mock it in another stage, or remove it first: ` +
        `npm run remove -- --services ${service} --stage ${stage} --yes`
      );
    }
    return undefined;
  } catch (error) {
    if (error instanceof Error && / does not exist$/.test(error.message)) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
