import type { ApiGateway } from '../../apigateway/index.ts';
import type { WebSocketApis } from '../../apigateway-websocket/index.ts';
import type { Emulators } from '../../host/emulators.ts';
import type { EventSources } from '../event-sources.ts';
import type { CodeStore } from '../lambda/code.ts';
import type { Functions } from '../lambda/functions.ts';
import type { Logs } from '../services/logs.ts';
import { apiGatewayTypes } from './api-gateway.ts';
import { eventSourceMapping, eventsRule } from './event-sources.ts';
import type { ResourceHandler, ResourceHandlers } from './handler.ts';
import { keptTypes } from './kept-types.ts';
import { lambdaFunction } from './lambda-function.ts';
import { eventInvokeConfig, lambdaAlias, lambdaVersion } from './lambda-versions.ts';
import { localTypes } from './local-types.ts';
import { sqsQueue } from './queue.ts';
import { dynamoDbTable } from './table.ts';

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
