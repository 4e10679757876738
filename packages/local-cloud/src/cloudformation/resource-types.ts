import type { ResourceType } from './resource-type.ts';
import { alarm } from './resources/cloudwatch.ts';
import { table } from './resources/dynamodb.ts';
import { archive, eventBus, rule } from './resources/events.ts';
import { role } from './resources/iam.ts';
import { bucket } from './resources/s3.ts';
import { subscription, topic } from './resources/sns.ts';
import { queue } from './resources/sqs.ts';
import { parameter } from './resources/ssm.ts';
import { stateMachine } from './resources/stepfunctions.ts';

/** What the local cloud creates. Event source mappings are made by the host, once their functions run. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::Archive': archive,
  'AWS::Events::EventBus': eventBus,
  'AWS::Events::Rule': rule,
  'AWS::IAM::Role': role,
  'AWS::S3::Bucket': bucket,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SQS::Queue': queue,
  'AWS::SSM::Parameter': parameter,
  'AWS::StepFunctions::StateMachine': stateMachine,
};
