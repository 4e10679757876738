import type { ApiGatewayResourceType } from '../index.ts';
import { authorizerType } from './authorizer.ts';
import { define, type ResourceContext } from './define.ts';
import { basePathMappingType, domainNameType } from './domain-name.ts';
import { deploymentType, stageType } from './deployment.ts';
import { gatewayResponseType } from './gateway-response.ts';
import { methodType } from './method.ts';
import { modelType, requestValidatorType } from './request-parts.ts';
import { resourceType, restApiType } from './rest-api.ts';
import { apiKeyType, usagePlanKeyType, usagePlanType } from './usage-plan.ts';

export function createResourceTypes(context: ResourceContext): Record<string, ApiGatewayResourceType> {
  return {
    'AWS::ApiGateway::Account': accountType(context),
    'AWS::ApiGateway::ApiKey': apiKeyType(context),
    'AWS::ApiGateway::Authorizer': authorizerType(context),
    'AWS::ApiGateway::BasePathMapping': basePathMappingType(context),
    'AWS::ApiGateway::Deployment': deploymentType(context),
    'AWS::ApiGateway::DomainName': domainNameType(context),
    'AWS::ApiGateway::GatewayResponse': gatewayResponseType(context),
    'AWS::ApiGateway::Method': methodType(context),
    'AWS::ApiGateway::Model': modelType(context),
    'AWS::ApiGateway::RequestValidator': requestValidatorType(context),
    'AWS::ApiGateway::Resource': resourceType(context),
    'AWS::ApiGateway::RestApi': restApiType(context),
    'AWS::ApiGateway::Stage': stageType(context),
    'AWS::ApiGateway::UsagePlan': usagePlanType(context),
    'AWS::ApiGateway::UsagePlanKey': usagePlanKeyType(context),
  };
}

/**
 * The role that writes the logs of all APIs of the account. It outlives its stack, as on AWS.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html
 */
function accountType({ store }: ResourceContext): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGateway::Account',
    replacing: [],
    save(reader) {
      const cloudwatchRoleArn = reader.text('CloudWatchRoleArn');
      reader.done();
      store.account.put('account', { cloudwatchRoleArn });
      return { ref: 'account', attributes: { Id: 'account' } };
    },
    remove: () => undefined,
  });
}
