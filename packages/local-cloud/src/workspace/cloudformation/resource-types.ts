import type { ResourceType } from '../../services/cloudformation/resource-type.ts';
import { alarm } from '../../services/cloudwatch/resource-type.ts';
import { table } from '../../services/dynamodb/resource-type.ts';
import { archive, eventBus, rule } from '../../services/eventbridge/resource-types.ts';
import { role } from '../../services/iam/resource-types.ts';
import { bucket } from '../../services/s3/resource-type.ts';
import { subscription, topic } from '../../services/sns/resource-types.ts';
import { queue } from '../../services/sqs/resource-types.ts';
import { parameter } from '../../services/ssm/resource-type.ts';
import { stateMachine } from '../../services/stepfunctions/resource-type.ts';

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
