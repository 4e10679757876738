import type { ApiGatewayResourceType } from '../../apigateway/index.ts';
import { deploymentType } from '../../apigateway-v2/index.ts';
import { type Store, takeSnapshot } from '../documents.ts';
import { apiType } from './api.ts';
import { authorizerType } from './authorizer.ts';
import { integrationType } from './integration.ts';
import { routeType } from './route.ts';
import { httpStageType } from './stage.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html */
export function createResourceTypes(store: Store, region: string): Record<string, ApiGatewayResourceType> {
  return {
    'AWS::ApiGatewayV2::Api': apiType(store, region),
    'AWS::ApiGatewayV2::Authorizer': authorizerType(store),
    'AWS::ApiGatewayV2::Deployment': deploymentType(store, (apiId) => takeSnapshot(store, apiId)),
    'AWS::ApiGatewayV2::Integration': integrationType(store),
    'AWS::ApiGatewayV2::Route': routeType(store),
    'AWS::ApiGatewayV2::Stage': httpStageType(store),
  };
}
