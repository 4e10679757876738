import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Check } from '../check.ts';
import { resourceOf } from '../deployed.ts';

const DEADLINE_SECONDS = 60;

/** Makes a table with a stream and the key `id`, and gives its changes to a function: what a README leaves to its reader. */
export const tableOf =
  (TableName: string, functionName: string): Check =>
  async (service) => {
    const client = new CloudFormationClient(service.connection);
    const Table = {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    };
    const Trigger = {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        FunctionName: await resourceOf(service, 'AWS::Lambda::Function', `-${functionName}`),
        StartingPosition: 'TRIM_HORIZON',
      },
    };
    const StackName = 'of-the-reader';
    await client.send(
      new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources: { Table, Trigger } }) }),
    );
    await waitUntilStackCreateComplete(
      { client, minDelay: 1, maxDelay: 1, maxWaitTime: DEADLINE_SECONDS },
      { StackName },
    );
    return undefined;
  };

/** Puts an item of texts. */
export const item =
  (TableName: string, texts: Readonly<Record<string, string>>): Check =>
  async ({ connection }) => {
    const Item = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }]));
    await new DynamoDBClient(connection).send(new PutItemCommand({ TableName, Item }));
    return undefined;
  };
