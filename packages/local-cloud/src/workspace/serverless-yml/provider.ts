import { RUNS_HERE } from './functions.ts';
import type { Section } from './section.ts';

const DEPLOYS = 'it says how to deploy';
const NOT_ENCRYPTED = 'nothing is encrypted';
const NO_ALB = 'There is no load balancer. Use "http" events';
const OTHER_API = 'It adds to an API of another stack, and here each service has its own';

/** `provider` and what is below it. */
export const PROVIDER: readonly Section[] = [
  {
    of: 'provider',
    done: `. name stage region runtime memorySize timeout environment stackName stackParameters
      stackParameters[].ParameterKey stackParameters[].ParameterValue stackParameters[].ResolvedValue
      apiName endpointType websocketsApiName websocketsApiRouteSelectionExpression role iam iam.role layers
      kinesis kinesis.consumerNamingMode logs logs.lambda logs.lambda.applicationLogLevel logs.lambda.logFormat logs.lambda.logGroup
      logs.lambda.systemLogLevel`,
    noEffect: {
      architecture: RUNS_HERE,
      'cfnRole deletionProtection deploymentBucket deploymentMethod deploymentPrefix disableRollback profile': DEPLOYS,
      'notificationArns rollbackConfiguration stackPolicy pruneFunctionVersions iam.deploymentRole': DEPLOYS,
      ecr: 'images are not run, and a function that has one is refused',
      'stackParameters[].UsePreviousValue': DEPLOYS,
      'iam.role.name iam.role.path iam.role.managedPolicies iam.role.statements iam.role.tags':
        'a function without a role of its own may do everything',
      'iam.role.permissionBoundary iam.role.permissionsBoundary rolePermissionsBoundary':
        'a function without a role of its own may do everything',
      'iamManagedPolicies iamRoleStatements': 'a function without a role of its own may do everything',
      kmsKeyArn: NOT_ENCRYPTED,
      'logRetentionInDays logDataProtectionPolicy logs.restApi logs.websocket logs.httpApi logs.frameworkLambda':
        'lines are kept as they are written, by size',
      runtimeManagement: RUNS_HERE,
      'tags stackTags': 'they only describe',
      tracing: 'there is no X-Ray',
      versionFunctions: 'only the latest version runs',
      'vpc vpcEndpointIds': RUNS_HERE,
      websocketsDescription: 'it only describes',
      websocket: 'it names tags, which nothing reads',
    },
    refused: {
      alb: NO_ALB,
      cloudFront: 'There is no CloudFront',
    },
  },
  {
    of: 'provider.httpApi',
    done: `. name payload shouldStartNameWithService
      cors cors.allowCredentials cors.allowedHeaders cors.allowedMethods cors.allowedOrigins
      cors.exposedResponseHeaders cors.maxAge
      authorizers authorizers.*.type authorizers.*.name authorizers.*.identitySource authorizers.*.issuerUrl
      authorizers.*.audience authorizers.*.functionName authorizers.*.functionArn authorizers.*.resultTtlInSeconds
      authorizers.*.enableSimpleResponses authorizers.*.payloadVersion`,
    noEffect: {
      description: 'it only describes',
      metrics: 'metrics by API and stage are always there',
      useProviderTags: 'tags only describe',
      'authorizers.*.managedExternally': 'no permissions of functions are checked',
    },
    refused: {
      disableDefaultEndpoint: 'There are no domains of your own, so that nothing would be left to call',
      id: OTHER_API,
    },
  },
  {
    of: 'provider.apiGateway',
    done: `. apiKeys apiKeys[].name apiKeys[].value apiKeys[].customerId apiKeys[].enabled apiKeys[].*[].name
      apiKeys[].*[].value apiKeys[].*[].customerId apiKeys[].*[].enabled apiKeySourceType binaryMediaTypes
      minimumCompressionSize resourcePolicy resourcePolicy[].Sid resourcePolicy[].Effect resourcePolicy[].Action
      resourcePolicy[].NotAction resourcePolicy[].Principal resourcePolicy[].Principal.AWS
      resourcePolicy[].Principal.Federated resourcePolicy[].Principal.Service resourcePolicy[].Principal.CanonicalUser
      resourcePolicy[].NotPrincipal resourcePolicy[].NotPrincipal.AWS resourcePolicy[].NotPrincipal.Federated
      resourcePolicy[].NotPrincipal.Service resourcePolicy[].NotPrincipal.CanonicalUser resourcePolicy[].Resource
      resourcePolicy[].NotResource resourcePolicy[].Condition
      request request.schemas request.schemas.*.schema request.schemas.*.name
      shouldStartNameWithService timeoutInMillis
      usagePlan usagePlan.quota usagePlan.quota.limit usagePlan.quota.offset usagePlan.quota.period usagePlan.throttle
      usagePlan.throttle.burstLimit usagePlan.throttle.rateLimit usagePlan[].*.quota usagePlan[].*.quota.limit
      usagePlan[].*.quota.offset usagePlan[].*.quota.period usagePlan[].*.throttle usagePlan[].*.throttle.burstLimit
      usagePlan[].*.throttle.rateLimit`,
    noEffect: {
      'apiKeys[].description apiKeys[].*[].description description': 'it only describes',
      'request.schemas.*.description': 'it only describes',
      endpoint: 'an API is reached by HTTP, without TLS',
      metrics: 'metrics by API and stage are always there',
    },
    refused: {
      disableDefaultEndpoint: 'There are no domains of your own, so that nothing would be left to call',
      'restApiId restApiResources restApiRootResourceId websocketApiId': OTHER_API,
      stage: 'An API has the stage of its service',
    },
  },
];
