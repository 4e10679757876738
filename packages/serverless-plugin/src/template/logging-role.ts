import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import type { APIGatewayClientConfig } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { boundRoles } from './boundary.ts';
import type { Template } from './template.ts';

export const STACK_NAME = 'dure-api-gateway-logging';
const MAX_WAIT_SECONDS = 300;

/** The role stays when the stack is deleted, for the account would go on naming it. */
const TEMPLATE: Template & { readonly Description: string } = {
  Description: 'The role by which API Gateway writes the access logs of all REST APIs of this account and region',
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      DeletionPolicy: 'Retain',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        ManagedPolicyArns: [
          { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs' },
        ],
      },
    },
    Account: {
      Type: 'AWS::ApiGateway::Account',
      Properties: { CloudWatchRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
  },
};

/**
 * Sees to it that API Gateway may write access logs. It takes one role per account and region, whoever set it: where
 * there is one, nothing is touched; where there is none, a small stack makes it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 * @throws what AWS throws, and Error when the stack is not made in five minutes
 */
export async function ensureLoggingRole(config: APIGatewayClientConfig): Promise<void> {
  const apiGateway = new APIGatewayClient(config);
  try {
    const { cloudwatchRoleArn } = await apiGateway.send(new GetAccountCommand());
    if (!cloudwatchRoleArn) await createStack(config);
  } finally {
    apiGateway.destroy();
  }
}

function boundTemplate(): Template {
  const template = structuredClone(TEMPLATE);
  boundRoles(template);
  return template;
}

async function createStack(config: APIGatewayClientConfig): Promise<void> {
  const client = new CloudFormationClient(config);
  try {
    await client.send(
      new CreateStackCommand({
        StackName: STACK_NAME,
        TemplateBody: JSON.stringify(boundTemplate()),
        Capabilities: ['CAPABILITY_IAM'],
        OnFailure: 'DELETE',
      }),
    );
  } catch (error) {
    // Another service that is being deployed was first.
    if (!(error instanceof Error) || error.name !== 'AlreadyExistsException') throw error;
  }
  try {
    await waitUntilStackCreateComplete(
      { client, maxWaitTime: MAX_WAIT_SECONDS, minDelay: 2, maxDelay: 10 },
      {
        StackName: STACK_NAME,
      },
    );
  } catch (cause) {
    throw new Error(
      `The stack ${STACK_NAME}, which lets API Gateway write access logs, could not be made: look at its events, ` +
        'or give the account a role yourself: aws apigateway update-account.',
      { cause },
    );
  } finally {
    client.destroy();
  }
}
