import type { ApiGateway } from '../services/apigateway/index.ts';
import type { WebSocketApis } from '../services/apigateway-websocket/index.ts';
import type { Emulators } from '../services/emulators.ts';
import type { EventSources } from './event-sources.ts';
import type { CodeStore } from '../services/lambda/api/code.ts';
import type { Functions } from '../services/lambda/api/functions.ts';
import type { Logs } from '../services/cloudwatch-logs/logs.ts';
import { apiGatewayTypes } from '../services/apigateway/handlers.ts';
import { eventSourceMapping, eventsRule } from '../services/lambda/resource-types/event-source-mapping.ts';
import type { ResourceHandler, ResourceHandlers } from '../services/cloudformation/resource-handler.ts';
import { keptTypes } from '../services/cloudformation/inert-handlers.ts';
import { lambdaFunction } from '../services/lambda/resource-types/function.ts';
import { eventInvokeConfig, lambdaAlias, lambdaVersion } from '../services/lambda/resource-types/version.ts';
import { localTypes } from '../services/cloudformation/shared-handlers.ts';
import { sqsQueue } from '../services/sqs/queue-handler.ts';
import { dynamoDbTable } from '../services/dynamodb/table-handler.ts';

export interface HandlerParts {
  readonly emulators: Emulators;
  readonly apiGateway: ApiGateway;
  readonly webSocketApis: WebSocketApis;
  readonly functions: Functions;
  readonly code: CodeStore;
  readonly eventSources: EventSources;
  readonly logs: Logs;
  /** This endpoint's address: `http://127.0.0.1:4566`. */
  readonly url: string;
}

/** How each resource type that stacks may have is made. What is not in here is refused by name. */
export function createHandlers(parts: HandlerParts): ResourceHandlers {
  const { functions, code, eventSources, emulators } = parts;
  const { region, accountId } = emulators.cloud;
  const local = localTypes({ cloud: emulators.cloud, stepFunctions: emulators.stepFunctions.handle });
  const ruleArn = (name: string): string => `arn:aws:events:${region}:${accountId}:rule/${name}`;
  return new Map([
    ...keptTypes({ region, accountId }),
    ...local,
    ['AWS::DynamoDB::Table', dynamoDbTable(emulators.cloud)],
    ['AWS::SQS::Queue', sqsQueue(local.get('AWS::SQS::Queue')!, emulators.cloud, `${parts.url}/${accountId}`)],
    ['AWS::Events::Rule', eventsRule(local.get('AWS::Events::Rule')!, eventSources, ruleArn)],
    ['AWS::Logs::LogGroup', parts.logs.logGroup],
    ['AWS::Lambda::Function', lambdaFunction({ functions, code, readObject: emulators.s3.readObject })],
    ['AWS::Lambda::Version', lambdaVersion(functions)],
    ['AWS::Lambda::Alias', lambdaAlias(functions)],
    ['AWS::Lambda::EventInvokeConfig', eventInvokeConfig(functions)],
    ['AWS::Lambda::EventSourceMapping', eventSourceMapping(eventSources)],
    ...apiGatewayTypes(parts.apiGateway),
    ...apiGatewayTypes(parts.webSocketApis),
  ] as [string, ResourceHandler][]);
}
