import { lambdaId, logicalId, resourceName } from './names.ts';
import type { DureConfig, FunctionConfig, Json, Resource, Resources, ServiceContext } from './types.ts';

/**
 * Who called what: the access logs of all APIs of a stage go to the one function that has `calls`. No request waits for
 * its line, and calls that the authorizer or API Gateway refuses have one, too.
 *
 * A service subscribes its own log, to the function whose ARN is published. One that is deployed before that function is
 * there cannot: it says who subscribes (`custom.dure.calls`), and the function's service does (`calls.before`).
 */

const PERMISSION = 'CallsPermission';

/** `/dure/{stage}/calls/arn`: the function's ARN, which the other services read. */
const parameterName = (stage: string): string => `/dure/${stage}/calls/arn`;

/** What a template needs to know to send its access log there. */
export interface CallsContext {
  readonly service: string;
  readonly stage: string;
  readonly logRetentionInDays: number;
  readonly functions: Readonly<Record<string, Pick<FunctionConfig, 'calls'>>>;
  readonly dure: Pick<DureConfig, 'calls'>;
  /** Whether this is a mock, which runs before anything else of its stage may. */
  readonly mock?: boolean;
}

/**
 * For the function that gets the access logs: CloudWatch Logs may call it, for this stage's logs alone, and its ARN is
 * published.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
 */
export function expandCalls(
  { stage }: Pick<ServiceContext, 'stage'>,
  functionName: string,
  { before }: NonNullable<FunctionConfig['calls']>,
): Resources {
  const group = `${accessLogOf({ stage, service: '*' })}:*`;
  return {
    [PERMISSION]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: arnOf(functionName),
        Action: 'lambda:InvokeFunction',
        Principal: 'logs.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
        SourceArn: { 'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${group}` },
      },
    },
    CallsParameter: {
      Type: 'AWS::SSM::Parameter',
      Properties: {
        Name: parameterName(stage),
        Type: 'String',
        Value: arnOf(functionName),
        Description: 'The function that gets the access log of every API',
      },
    },
    ...Object.fromEntries(
      before.map((service) => [
        logicalId(service, 'CallsSubscription'),
        subscription(accessLogOf({ stage, service }), arnOf(functionName), [PERMISSION]),
      ]),
    ),
  };
}

/**
 * Sends the lines of a service's access log there.
 * @param id of the subscription: a service may have two APIs
 */
export function sendToCalls(
  logGroup: string,
  { stage, functions, dure, mock }: CallsContext,
  id = 'CallsSubscription',
): Record<string, Resource> {
  if (mock === true || dure.calls !== undefined) return {};
  const [own] = Object.entries(functions).find(([, { calls }]) => calls !== undefined) ?? [];
  const filter =
    own === undefined
      ? subscription({ Ref: logGroup }, `{{resolve:ssm:${parameterName(stage)}}}`)
      : subscription({ Ref: logGroup }, arnOf(own), [PERMISSION]);
  return { [id]: filter };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-subscriptionfilter.html */
const subscription = (LogGroupName: Json, DestinationArn: Json, DependsOn?: readonly string[]): Resource => ({
  Type: 'AWS::Logs::SubscriptionFilter',
  Properties: { LogGroupName, FilterPattern: '', DestinationArn },
  ...(DependsOn !== undefined && { DependsOn }),
});

/** The log group of a service's access log. */
export const accessLogOf = (context: Pick<ServiceContext, 'service' | 'stage'>): string =>
  `/aws/apigateway/${resourceName(context)}`;

/** The log group of its WebSocket API. Who reads the lines knows the service by it, so no service has a name that ends so. */
export const webSocketLogOf = (context: Pick<ServiceContext, 'service' | 'stage'>): string =>
  `${accessLogOf(context)}-websocket`;

const arnOf = (functionName: string): Json => ({ 'Fn::GetAtt': [lambdaId(functionName), 'Arn'] });
