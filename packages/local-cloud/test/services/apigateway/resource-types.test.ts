import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deployApi, ok, proxyTo, startGateway, type TestGateway } from './gateway.ts';

let test: TestGateway;
let RestApiId: string;
let root: string;

beforeAll(async () => {
  test = await startGateway();
  test.onInvoke(() => ok({ statusCode: 200, body: '{}' }));
  const created = test.gateway.resourceTypes['AWS::ApiGateway::RestApi']!.create({ properties: { Name: 'test' } });
  RestApiId = created.ref;
  root = created.attributes['RootResourceId']!;
});

afterAll(() => test.close());

const type = (name: string) => test.gateway.resourceTypes[`AWS::ApiGateway::${name}`]!;
const method = (Integration: object, more = {}): string =>
  test.create('Method', { RestApiId, ResourceId: root, HttpMethod: 'GET', Integration, ...more });
const lambda = proxyTo('api');
const mock = (more: object): object => ({
  Type: 'MOCK',
  RequestTemplates: { 'application/json': '{"statusCode": 200}' },
  ...more,
});

describe('what is not supported is refused by name', () => {
  it.each<[string, () => unknown]>([
    ['The integration type HTTP is not supported here', () => method({ Type: 'HTTP', Uri: 'https://x' })],
    ...[
      'https://{host}/',
      'https://x{proxy}',
      'https://a@x/',
      'ftp://x/',
      'https://x/?{proxy}',
      'https://${stageVariables.x}/',
    ].map(
      (Uri) =>
        [
          'Invalid HTTP endpoint specified for URI',
          () => method({ Type: 'HTTP_PROXY', IntegrationHttpMethod: 'GET', Uri }),
        ] as [string, () => unknown],
    ),
    [
      'is not that of a Lambda function',
      () => method({ ...lambda, Type: 'AWS', Uri: 'arn:aws:apigateway:us-east-1:dynamodb:action/PutItem' }),
    ],
    [
      'ContentHandling: CONVERT_TO_BINARY',
      () => method({ ...lambda, Type: 'AWS', ContentHandling: 'CONVERT_TO_BINARY' }),
    ],
    [
      'RequestParameters: integration.x.a is not',
      () => method({ ...lambda, Type: 'AWS', RequestParameters: { 'integration.x.a': "'b'" } }),
    ],
    [
      "sets headers to 'texts' in quotes",
      () =>
        method(
          mock({
            IntegrationResponses: [
              { StatusCode: '200', ResponseParameters: { 'method.response.header.A': 'context.stage' } },
            ],
          }),
        ),
    ],
    ['is not that of a Lambda function', () => method({ ...lambda, Uri: 'arn:aws:apigateway:us-east-1:sqs:path/1/q' })],
    ['ConnectionType: VPC_LINK is not supported', () => method({ ...lambda, ConnectionType: 'VPC_LINK' })],
    ['RequestParameters is not supported', () => method({ ...lambda, RequestParameters: { a: 'b' } })],
    ['CacheKeyParameters', () => method({ ...lambda, CacheKeyParameters: ['a'] })],
    ['Timeout should be between 50 ms and 29000 ms', () => method({ ...lambda, TimeoutInMillis: 30_000 })],
    [
      'Timeout should be between 50 ms and 300000 ms',
      () => {
        const regional = { Name: 'a', EndpointConfiguration: { Types: ['REGIONAL'] } };
        const { ref, attributes } = type('RestApi').create({ properties: regional });
        const at = { RestApiId: ref, ResourceId: attributes['RootResourceId'] };
        method({ ...lambda, TimeoutInMillis: 300_000 }, at);
        method({ ...lambda, TimeoutInMillis: 300_001 }, at);
      },
    ],
    ['IntegrationHttpMethod: GET is not supported here', () => method({ ...lambda, IntegrationHttpMethod: 'GET' })],
    ['Invalid mapping template', () => method(mock({ RequestTemplates: { 'application/json': '#set($a' } }))],
    ['Invalid mapping template', () => method(mock({ IntegrationResponses: [brokenResponse] }))],
    [
      'AuthorizationType COGNITO_USER_POOLS is not supported',
      () => method(lambda, { AuthorizationType: 'COGNITO_USER_POOLS' }),
    ],
    ['Cognito', () => method(lambda, { AuthorizationScopes: ['a'] })],
    ['Invalid model identifier specified: Nothing', () => method(lambda, { RequestModels: { 'a/b': 'Nothing' } })],
    ['Invalid Request Validator identifier', () => method(lambda, { RequestValidatorId: 'nothing' })],
    [
      'multivaluequerystring.a is not supported',
      () => method(lambda, { RequestParameters: { 'method.request.multivaluequerystring.a': true } }),
    ],
    ['the property Body is not supported', () => test.create('RestApi', { Name: 'a', Body: {} })],
    [
      'the endpoint type PRIVATE is not supported',
      () => test.create('RestApi', { Name: 'a', EndpointConfiguration: { Types: ['PRIVATE'] } }),
    ],
    ['needs a custom domain', () => test.create('RestApi', { Name: 'a', DisableExecuteApiEndpoint: true })],
    ['MinimumCompressionSize is 0 to', () => test.create('RestApi', { Name: 'a', MinimumCompressionSize: -1 })],
    [
      'The authorizer type COGNITO_USER_POOLS is not',
      () => test.create('Authorizer', { RestApiId, Name: 'a', Type: 'COGNITO_USER_POOLS' }),
    ],
    ['Invalid response type', () => test.create('GatewayResponse', { RestApiId, ResponseType: 'NOT_FOUND' })],
    ['There is no variable $context.requestID', () => respond({ 'application/json': '$context.requestID' })],
    ['VTL is not supported', () => respond({ 'application/json': '$input.body' })],
    ['Invalid model schema specified', () => model({ type: 'objekt' })],
    [
      'Invalid model schema specified',
      () => model({ $ref: 'https://apigateway.amazonaws.com/restapis/x/models/Nothing' }),
    ],
    ['CacheClusterEnabled: caching of responses', () => deploy({ CacheClusterEnabled: true })],
    [
      'CachingEnabled: caching of responses',
      () => deploy({ MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', CachingEnabled: true }] }),
    ],
    ['with ~1 for each slash', () => deploy({ MethodSettings: [{ ResourcePath: '/v1/orders', HttpMethod: 'GET' }] })],
    [
      'must include at least $context.requestId',
      () => deploy({ AccessLogSetting: { DestinationArn: 'arn', Format: '$context.status' } }),
    ],
    ["The REST API doesn't contain any methods", () => deploy(undefined)],
    ['API Stage not found', () => test.create('UsagePlan', { ApiStages: [{ ApiId: RestApiId, Stage: 'nothing' }] })],
    ['DAY, WEEK or MONTH', () => test.create('UsagePlan', { Quota: { Limit: 1, Period: 'YEAR' } })],
    [
      'Invalid API identifier specified',
      () => test.create('Resource', { RestApiId: 'x', ParentId: root, PathPart: 'a' }),
    ],
    ['is neither a name', () => test.create('Resource', { RestApiId, ParentId: root, PathPart: 'a/b' })],
  ])('%s', (reason, create) => {
    expect(create).toThrow(reason);
  });

  const brokenResponse = { StatusCode: '200', ResponseTemplates: { 'application/json': '#if($a' } };
  const respond = (ResponseTemplates: object): string =>
    test.create('GatewayResponse', { RestApiId, ResponseType: 'THROTTLED', ResponseTemplates });
  const model = (Schema: object): string =>
    test.create('Model', { RestApiId, Name: 'M', ContentType: 'application/json', Schema });
  const deploy = (StageDescription: object | undefined): string =>
    test.create('Deployment', {
      RestApiId,
      StageName: 'dev',
      ...(StageDescription !== undefined && { StageDescription }),
    });
});

it('a resource has one sibling of a name and one variable (api-gateway-known-issues.html)', () => {
  const resource = (PathPart: string): string => test.create('Resource', { RestApiId, ParentId: root, PathPart });
  resource('items');
  expect(() => resource('items')).toThrow('already has this name: items');
  resource('{id}');
  expect(() => resource('{other}')).toThrow('A sibling ({id}) of this resource already has a variable path part');
});

describe('updates', () => {
  it('change a resource, or replace it where CloudFormation says so', () => {
    const validator = { RestApiId, Name: 'v', ValidateRequestBody: true };
    const ref = test.create('RequestValidator', validator);
    expect(type('RequestValidator').update(ref, { ...validator, ValidateRequestBody: false }).ref).toBe(ref);
    expect(type('RequestValidator').replacedBy).toContain('Name');
    const renamed = type('RestApi').update(RestApiId, { Name: 'renamed' });
    expect(renamed).toMatchObject({ ref: RestApiId, attributes: { RootResourceId: root } });
  });

  it('that are refused change nothing', () => {
    const before = test.gateway.describe();
    expect(() => type('RestApi').update(RestApiId, { Name: 'other', Body: {} })).toThrow('Body');
    expect(test.gateway.describe()).toEqual(before);
  });
});

describe("a stack's next deployment", () => {
  it('moves the stage, and the old deployment can go', async () => {
    const properties = { RestApiId: deployApi(test, { methods: [{ path: '/', method: 'GET' }] }), StageName: 'dev' };
    const [first] = test.gateway.describe().filter(({ id }) => id === properties.RestApiId);
    expect(first?.stages).toEqual(['dev']);
    const older = test.create('Deployment', properties);
    const newer = test.create('Deployment', properties);
    type('Deployment').remove({ physicalId: older, properties });
    expect(await test.request(`/${properties.RestApiId}/dev`)).toMatchObject({ status: 200 });
    type('Deployment').remove({ physicalId: newer, properties });
    expect(await test.request(`/${properties.RestApiId}/dev`)).toMatchObject({ status: 403 });
  });

  it('is kept while a stage of its own points to it', () => {
    const id = deployApi(test, { methods: [{ path: '/', method: 'GET' }] });
    const DeploymentId = test.create('Deployment', { RestApiId: id });
    const stage = { RestApiId: id, StageName: 'live', DeploymentId };
    test.create('Stage', stage);
    expect(() => type('Deployment').remove({ physicalId: DeploymentId, properties: { RestApiId: id } })).toThrow(
      'Active stages',
    );
    type('Stage').remove({ physicalId: 'live', properties: stage });
    type('Deployment').remove({ physicalId: DeploymentId, properties: { RestApiId: id } });
  });
});

it('an API that is removed takes all of its parts with it', async () => {
  const id = deployApi(test, { methods: [{ path: '/', method: 'GET' }] });
  type('RestApi').remove({ physicalId: id, properties: { Name: 'test' } });
  type('RestApi').remove({ physicalId: id, properties: { Name: 'test' } });
  expect(await test.request(`/${id}/dev`)).toMatchObject({ status: 403 });
  const left = test.database
    .prepare('SELECT count(*) AS count FROM apigateway_documents WHERE scope = ? OR id = ?')
    .get(id, id);
  expect(left).toEqual({ count: 0 });
});
