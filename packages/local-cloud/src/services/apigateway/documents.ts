/** What is stored. Field names are those of API Gateway's own API, so that a stored document is nearly its answer. */

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html */
export interface RestApi {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly createdDate: number;
  readonly rootResourceId: string;
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  readonly binaryMediaTypes: readonly string[];
  readonly endpointTypes: readonly string[];
  readonly minimumCompressionSize?: number | undefined;
  /** A resource policy, or none. */
  readonly policy?: unknown;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Resource {
  readonly id: string;
  readonly parentId?: string;
  readonly pathPart: string;
  /** From the root: `/v1/orders/{orderId}`. */
  readonly path: string;
}

export type Integration = LambdaIntegration | AwsIntegration | ServiceIntegration | HttpIntegration | MockIntegration;

export interface LambdaIntegration {
  readonly type: 'AWS_PROXY';
  readonly uri: string;
  readonly functionArn: string;
  readonly timeoutInMillis: number;
}

/** What templates make of a request and of its answer. */
export interface Mapping {
  /** By media type. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly passthroughBehavior: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  readonly responses: readonly MappedResponse[];
}

/** A function that is called with what a template makes of the request. */
export interface AwsIntegration extends Mapping {
  readonly type: 'AWS';
  readonly uri: string;
  readonly functionArn: string;
  readonly timeoutInMillis: number;
  /** Of the invocation, by name: `X-Amz-Invocation-Type` → an expression. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An action of Step Functions that is called with what a template makes of the request. */
export interface ServiceIntegration extends Mapping {
  readonly type: 'AWS';
  readonly uri: string;
  /** `StartExecution` */
  readonly action: string;
  readonly timeoutInMillis: number;
}

/** Another server, which gets the request as it came. */
export interface HttpIntegration {
  readonly type: 'HTTP_PROXY';
  /** `https://example.com/old/{proxy}` */
  readonly uri: string;
  /** `ANY` is the request's own. */
  readonly httpMethod: string;
  readonly timeoutInMillis: number;
  /** `integration.request.path.proxy` → an expression. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface MockIntegration extends Mapping {
  readonly type: 'MOCK';
}

export interface MappedResponse {
  readonly statusCode: string;
  readonly selectionPattern?: string | undefined;
  /** Expressions by header name: `'*'` in quotes is a literal. */
  readonly headers: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
}

export interface Method {
  readonly resourceId: string;
  readonly httpMethod: string;
  readonly apiKeyRequired: boolean;
  readonly authorizationType: 'NONE' | 'CUSTOM' | 'AWS_IAM';
  readonly authorizerId?: string | undefined;
  readonly operationName?: string | undefined;
  readonly requestValidatorId?: string | undefined;
  /** `method.request.header.X-Version` → whether it is required. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  /** Media type → name of the model. */
  readonly requestModels: Readonly<Record<string, string>>;
  readonly integration: Integration;
}

export interface Model {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly description?: string | undefined;
  readonly schema: object;
}

export interface RequestValidator {
  readonly id: string;
  readonly name?: string | undefined;
  readonly validateRequestBody: boolean;
  readonly validateRequestParameters: boolean;
}

export interface GatewayResponseSetting {
  readonly id: string;
  readonly responseType: string;
  readonly statusCode?: string | undefined;
  /** `gatewayresponse.header.X` → an expression. */
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

export interface Authorizer {
  readonly id: string;
  readonly name: string;
  readonly type: 'TOKEN' | 'REQUEST';
  readonly functionArn: string;
  readonly authorizerUri: string;
  /** `method.request.header.Authorization` … */
  readonly identitySources: readonly string[];
  readonly identityValidationExpression?: string | undefined;
  /** Seconds; 0 switches the cache off. */
  readonly authorizerResultTtlInSeconds: number;
}

/** What a deployment takes a picture of. */
export interface Snapshot {
  readonly api: RestApi;
  readonly resources: readonly Resource[];
  readonly methods: readonly Method[];
  readonly models: readonly Model[];
  readonly validators: readonly RequestValidator[];
  readonly gatewayResponses: readonly GatewayResponseSetting[];
  readonly authorizers: readonly Authorizer[];
}

export interface Deployment {
  readonly id: string;
  readonly description?: string | undefined;
  readonly createdDate: number;
  readonly snapshot: Snapshot;
}

/** Of one method, or of all that have none of their own. A limit of -1 means no limit. */
export interface MethodSetting {
  readonly throttlingRateLimit?: number | undefined;
  readonly throttlingBurstLimit?: number | undefined;
  readonly metricsEnabled?: boolean | undefined;
  readonly loggingLevel?: string | undefined;
  readonly dataTraceEnabled?: boolean | undefined;
}

export interface Stage {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly description?: string | undefined;
  readonly createdDate: number;
  readonly lastUpdatedDate: number;
  readonly variables: Readonly<Record<string, string>>;
  /** By `{resource path with ~1 for /}/{method}`, or `*` for either. */
  readonly methodSettings: Readonly<Record<string, MethodSetting>>;
  readonly accessLogSettings?: { readonly destinationArn: string; readonly format: string } | undefined;
  readonly tracingEnabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Made by a deployment's StageName, and removed with it. */
  readonly ofDeployment: boolean;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly description?: string | undefined;
  readonly customerId?: string | undefined;
  readonly enabled: boolean;
  readonly createdDate: number;
  readonly lastUpdatedDate: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ThrottleSettings {
  /** Requests a second. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

export interface QuotaSettings {
  readonly limit: number;
  /** The day that a week (0 is Sunday) or a month (0 is its first) begins with. */
  readonly offset: number;
  readonly period: 'DAY' | 'WEEK' | 'MONTH';
}

export interface ApiStage {
  readonly apiId: string;
  readonly stage: string;
  /** By `{resource path}/{method}`: `/v1/orders/POST`. */
  readonly throttle: Readonly<Record<string, ThrottleSettings>>;
}

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly apiStages: readonly ApiStage[];
  readonly throttle?: ThrottleSettings | undefined;
  readonly quota?: QuotaSettings | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface UsagePlanKey {
  readonly keyId: string;
  readonly planId: string;
}

export interface DomainName {
  /** `api.example.com` */
  readonly name: string;
}

export interface BasePathMapping {
  readonly basePath: string;
  readonly apiId: string;
  readonly stage: string;
}
