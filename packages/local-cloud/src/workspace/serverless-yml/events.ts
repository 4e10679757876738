import type { Section } from './section.ts';

const EVENT = 'functions.*.events[]';
const DESCRIBES = 'it only describes';

/** The functions' events. */
export const EVENTS: readonly Section[] = [
  {
    of: `${EVENT}.http`,
    done: `. method path operationId private timeoutInMillis async
      authorizer authorizer.arn authorizer.authorizerId authorizer.identitySource
      authorizer.identityValidationExpression authorizer.name authorizer.resultTtlInSeconds authorizer.type
      cors cors.allowCredentials cors.cacheControl cors.headers cors.maxAge cors.methods cors.origin cors.origins
      integration request request.method request.uri request.parameters request.schemas request.template request.passThrough
      response response.headers response.template response.statusCodes response.statusCodes.*.headers
      response.statusCodes.*.pattern response.statusCodes.*.template
      request.parameters.querystrings request.parameters.querystrings.*.required
      request.parameters.headers request.parameters.headers.*.required
      request.parameters.paths request.parameters.paths.*.required`,
    noEffect: { 'authorizer.managedExternally': 'no permissions of functions are checked' },
    refused: {
      'authorizer.claims authorizer.scopes': 'They belong to a Cognito user pool, which is not there',
      'connectionId connectionType': 'There are no VPC links',
      'request.contentHandling response.contentHandling': 'Bodies are text. Use lambda-proxy for binary ones',
      'response.transferMode': 'Answers of REST APIs are not streamed. Use "url" with invokeMode RESPONSE_STREAM',
      'request.parameters.querystrings.*.mappedValue request.parameters.headers.*.mappedValue':
        'It changes what an integration gets, and only paths go on as they come',
      'request.parameters.paths.*.mappedValue':
        'It changes what an integration gets, and only paths go on as they come',
    },
  },
  {
    of: `${EVENT}.httpApi`,
    done: '. method path authorizer authorizer.name authorizer.type authorizer.scopes',
    refused: { 'authorizer.id': 'It belongs to an API of another stack, and here each service has its own' },
  },
  {
    of: `${EVENT}.websocket`,
    done: `. route routeResponseSelectionExpression
      authorizer authorizer.name authorizer.arn authorizer.identitySource`,
  },
  {
    of: `${EVENT}.schedule`,
    done: `. rate enabled name input input.body method timezone groupName roleArn
      inputPath inputTransformer inputTransformer.inputPathsMap inputTransformer.inputTemplate`,
    noEffect: { description: DESCRIBES },
  },
  {
    of: `${EVENT}.eventBridge`,
    done: `. eventBus eventBus.Fn::GetAtt schedule name enabled pattern pattern.version pattern.id pattern.detail-type
      pattern.source pattern.account pattern.time pattern.region pattern.resources pattern.detail pattern.$or
      input inputPath inputTransformer inputTransformer.inputPathsMap inputTransformer.inputTemplate
      retryPolicy retryPolicy.maximumEventAge retryPolicy.maximumRetryAttempts deadLetterQueueArn`,
    noEffect: { description: DESCRIBES },
  },
  {
    of: `${EVENT}.sqs`,
    done: '. arn batchSize enabled maximumBatchingWindow functionResponseType filterPatterns maximumConcurrency',
  },
  {
    of: `${EVENT}.stream`,
    done: `. arn batchSize startingPosition enabled batchWindow maximumRetryAttempts type
      bisectBatchOnFunctionError maximumRecordAgeInSeconds functionResponseType
      destinations destinations.onFailure destinations.onFailure.arn destinations.onFailure.type filterPatterns
      parallelizationFactor consumer startingPositionTimestamp`,
    refused: {
      tumblingWindowInSeconds: 'Windows are not gathered. Keep the sum in a table',
    },
  },
  {
    of: `${EVENT}.s3`,
    done: '. bucket event existing rules rules[].prefix rules[].suffix',
    noEffect: { forceDeploy: 'it says how to deploy' },
  },
  {
    of: `${EVENT}.sns`,
    done: `. arn topicName displayName filterPolicy filterPolicyScope redrivePolicy redrivePolicy.deadLetterTargetArn
      redrivePolicy.deadLetterTargetRef redrivePolicy.deadLetterTargetImport
      redrivePolicy.deadLetterTargetImport.arn redrivePolicy.deadLetterTargetImport.url`,
  },
  {
    of: EVENT,
    refused: {
      alb: 'There is no load balancer. Use "http"',
      cloudFront: 'There is no CloudFront',
      'kafka activemq rabbitmq msk': 'There is no such broker. Use "sqs" or "stream"',
      'alexaSkill alexaSmartHome': 'There is no Alexa. Invoke the function by hand under /_cloud/functions',
      'iot iotFleetProvisioning': 'There is no IoT Core. Invoke the function by hand under /_cloud/functions',
      cloudwatchEvent: 'Use "eventBridge", which is the same on AWS',
      cloudwatchLog: 'Log groups send no events',
      cognitoUserPool: 'There is no Cognito',
    },
  },
];
