import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lambdaArn, lambdaUri } from '../apigateway/gateway.ts';
import { startApi, type TestApi } from './http-api.ts';

let test: TestApi;

beforeAll(async () => {
  test = await startApi();
});

afterAll(() => test.close());

const integration = (more: object) => () =>
  test.create('Integration', {
    ...{ IntegrationType: 'AWS_PROXY', IntegrationUri: lambdaArn('api'), PayloadFormatVersion: '2.0' },
    ...more,
  });
const api = (more: object) => () => test.create('Api', { Name: 'a', ProtocolType: 'HTTP', ...more });
const jwt = (more: object) => () =>
  test.create('Authorizer', {
    ...{ Name: 'a', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'] },
    JwtConfiguration: { Issuer: 'https://id.example', Audience: ['a'] },
    ...more,
  });
const request = (more: object) => () =>
  test.create('Authorizer', {
    ...{ Name: 'a', AuthorizerType: 'REQUEST', AuthorizerUri: lambdaUri('a'), AuthorizerPayloadFormatVersion: '2.0' },
    ...more,
  });

describe('what is not supported is refused by name', () => {
  it.each<[string, () => unknown]>([
    ['the property Body is not supported here', api({ Body: {} })],
    ['DisableExecuteApiEndpoint needs a custom domain', api({ DisableExecuteApiEndpoint: true })],
    ['AllowOrigins cannot be "*"', api({ CorsConfiguration: { AllowOrigins: ['*'], AllowCredentials: true } })],
    ['AllowOrigins has shop.example', api({ CorsConfiguration: { AllowOrigins: ['shop.example'] } })],
    ['MaxAge is -1 to 86400', api({ CorsConfiguration: { MaxAge: 86_401 } })],
    ['The integration HTTP_PROXY is not', integration({ IntegrationType: 'HTTP_PROXY' })],
    ['The integration SQS-SendMessage is not', integration({ IntegrationSubtype: 'SQS-SendMessage' })],
    ['TimeoutInMillis is 50 to 30000', integration({ TimeoutInMillis: 30_001 })],
    ['PayloadFormatVersion is 1.0 or 2.0', integration({ PayloadFormatVersion: '3.0' })],
    ['PayloadFormatVersion is required', integration({ PayloadFormatVersion: undefined })],
    ['is not that of a Lambda function', integration({ IntegrationUri: 'https://x.example' })],
    ['ConnectionType: VPC_LINK', integration({ ConnectionType: 'VPC_LINK' })],
    ['the property RequestParameters is not', integration({ RequestParameters: {} })],
    ['The route key GET orders is neither', () => test.route('GET orders')],
    ['The route key GET /{proxy+}/x is neither', () => test.route('GET /{proxy+}/x')],
    ['needs a Target', () => test.create('Route', { RouteKey: 'GET /a' })],
    ['HTTP APIs have no API keys', () => test.route('GET /k', { ApiKeyRequired: true })],
    ['needs the AuthorizerId of a JWT authorizer', () => test.route('GET /j', { AuthorizationType: 'JWT' })],
    ['are of the AuthorizationType JWT', () => test.route('GET /s', { AuthorizationScopes: ['a'] })],
    ['Issuer has to be a URL with https', jwt({ JwtConfiguration: { Issuer: 'http://id.example', Audience: ['a'] } })],
    ['Audience has to have at least one', jwt({ JwtConfiguration: { Issuer: 'https://id.example' } })],
    ['IdentitySource: $request.body.a is not', jwt({ IdentitySource: ['$request.body.a'] })],
    ['EnableSimpleResponses needs', request({ EnableSimpleResponses: true, AuthorizerPayloadFormatVersion: '1.0' })],
    ['needs an IdentitySource', request({ AuthorizerResultTtlInSeconds: 60 })],
    ['A stage needs AutoDeploy', () => test.create('Stage', { StageName: 'a' })],
    ['A stage is "$default" or', () => test.create('Stage', { StageName: 'a b', AutoDeploy: true })],
    ['Stage already exists', () => test.create('Stage', { StageName: '$default', AutoDeploy: true })],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });
});

it('makes no route twice', () => {
  test.route('GET /once');
  expect(() => test.route('GET /once')).toThrow('Route with key GET /once already exists');
});

it('answers nothing once it is removed', async () => {
  const type = test.apis.resourceTypes['AWS::ApiGatewayV2::Api']!;
  const { ref } = type.create({ properties: { Name: 'b', ProtocolType: 'HTTP' } });
  expect(test.apis.has(ref)).toBe(true);
  type.remove({ physicalId: ref, properties: {} });
  expect(test.apis.has(ref)).toBe(false);
});
