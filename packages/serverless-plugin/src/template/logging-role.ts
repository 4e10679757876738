import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import type { APIGatewayClientConfig } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { boundRoles } from './boundary.ts';
import type { Template } from './template.ts';

export const STACK_NAME = 'dure-api-gateway-logging';
const MAX_WAIT_SECONDS = 300;

/** The role outlives the stack, because the account would still refer to it. */
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
 * Ensures that API Gateway may write access logs. An account has one role per region. An existing role is unchanged; if
 * there is none, a small stack creates it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 * @throws AWS's error, and Error if the stack is not created within five minutes
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
    // A parallel deployment of another service was first.
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
