import { Callable, type Named, Namespace, items, text } from '../reader/values.ts';
import { notCompared } from '../snapshot.ts';
import type { Call } from './clients.ts';
import { apply, outputsOf } from './stacks.ts';

type Properties = Readonly<Record<string, unknown>>;

/** What a case has made of an API, as its stack has it at the next deployment. */
interface Api {
  readonly id: string;
  readonly stack: string;
  readonly properties: Record<string, unknown>;
  readonly resources: Record<string, { readonly Type: string; readonly Properties: Properties; DependsOn?: string[] }>;
  /** By logical name. */
  readonly methods: Record<string, { method: Properties; integration?: Properties; responses: Parts; answers: Parts }>;
  readonly stages: Record<string, string>;
}
type Parts = Record<string, Properties>;

const NAMING = new Set(['restApiId', 'resourceId', 'httpMethod']);
const STATUS = { ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 201 } };
/** What the reader answers in the place of the account is not compared with anything. */
const made = (answer: object = {}): object => notCompared({ ...answer, ...STATUS });

const FUNCTION = /^arn:aws:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/arn:aws:lambda:/;

/** `integrationHttpMethod` → `IntegrationHttpMethod`, without what names the method itself. */
const propertiesOf = (named: Named): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(named)
      .filter(([name, value]) => !NAMING.has(name) && value !== null)
      .map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]),
  );

/**
 * API Gateway's control plane for REST APIs. The account makes them by stacks alone, so that what a case asks for is put
 * into one; how an API answers is compared, and not how it is made.
 */
export function restApis(call: Call, client: Namespace): Namespace {
  const apis = new Map<string, Api>();
  const apiOf = (named: Named): Api => apis.get(text(named['restApiId']))!;
  const nameOf = (named: Named): string => `Method${text(named['resourceId'])}${text(named['httpMethod'])}`;
  const methodOf = (named: Named) => apiOf(named).methods[nameOf(named)]!;

  const forward = (name: string, named: Named): unknown => (client.member(name) as Callable).call([], named);

  const operations: Readonly<Record<string, (named: Named) => unknown>> = {
    async create_rest_api(named) {
      const properties = propertiesOf(named);
      const Outputs = { Id: { Value: { Ref: 'Api' } }, Root: { Value: { 'Fn::GetAtt': ['Api', 'RootResourceId'] } } };
      const Api = { Type: 'AWS::ApiGateway::RestApi', Properties: properties };
      const stack = await apply(call, JSON.stringify({ Resources: { Api }, Outputs }), {});
      const { Id: id = '', Root: root = '' } = outputsOf(stack);
      apis.set(id, { id, stack: stack.StackId, properties, resources: {}, methods: {}, stages: {} });
      return made({ id, name: named['name'], rootResourceId: root });
    },
    create_resource(named) {
      const { resources } = apiOf(named);
      const id = `Resource${Object.keys(resources).length}`;
      const parent = text(named['parentId']);
      const ParentId = parent in resources ? { Ref: parent } : { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
      const Properties = { RestApiId: { Ref: 'Api' }, ParentId, PathPart: named['pathPart'] };
      resources[id] = { Type: 'AWS::ApiGateway::Resource', Properties };
      return made({ id, parentId: parent, pathPart: named['pathPart'] });
    },
    put_method(named) {
      const id = text(named['resourceId']);
      const { resources, methods } = apiOf(named);
      const ResourceId = id in resources ? { Ref: id } : { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
      const of = { RestApiId: { Ref: 'Api' }, ResourceId, HttpMethod: named['httpMethod'] };
      methods[nameOf(named)] = { method: { ...of, ...propertiesOf(named) }, responses: {}, answers: {} };
      return made({ httpMethod: named['httpMethod'] });
    },
    put_integration(named) {
      // What is wrong with it the account has to say.
      if (named['type'] === 'AWS_PROXY' && !FUNCTION.test(text(named['uri']))) return forward('put_integration', named);
      const { Credentials: _, ...properties } = propertiesOf(named);
      methodOf(named).integration = properties;
      return made({ type: named['type'], uri: named['uri'] });
    },
    delete_integration(named) {
      delete methodOf(named).integration;
      return made();
    },
    put_method_response(named) {
      methodOf(named).responses[text(named['statusCode'])] = propertiesOf(named);
      return made({ statusCode: named['statusCode'] });
    },
    put_integration_response(named) {
      methodOf(named).answers[text(named['statusCode'])] = propertiesOf(named);
      return made({ statusCode: named['statusCode'] });
    },
    put_gateway_response(named) {
      const Properties = { RestApiId: { Ref: 'Api' }, ...propertiesOf(named) };
      apiOf(named).resources[`Gateway${text(named['responseType']).replaceAll('_', '')}`] = {
        Type: 'AWS::ApiGateway::GatewayResponse',
        Properties,
      };
      return made();
    },
    update_rest_api(named) {
      const { properties } = apiOf(named);
      const types = new Set((properties['BinaryMediaTypes'] ?? []) as string[]);
      for (const { op, path } of items(named['patchOperations']) as { op: string; path: string }[]) {
        const type = path.replace('/binaryMediaTypes/', '').replaceAll('~1', '/');
        if (op === 'remove') types.delete(type);
        else types.add(type);
      }
      properties['BinaryMediaTypes'] = [...types];
      return made();
    },
    async create_deployment(named) {
      const api = apiOf(named);
      api.stages[text(named['stageName'])] = `Deployment${Date.now()}`;
      const stack_name = /stack\/([^/]+)/.exec(api.stack)?.[1];
      await apply(call, JSON.stringify(templateOf(api)), { stack_name, is_update: true });
      return made({ id: api.stages[text(named['stageName'])] });
    },
  };
  return new Namespace((name) => {
    const operation = operations[name];
    return operation === undefined ? client.member(name) : new Callable((_, named) => operation(named));
  });
}

function templateOf({ properties, resources, methods, stages }: Api): object {
  const ofMethods = Object.entries(methods).map(([name, { method, integration, responses, answers }]) => {
    const IntegrationResponses = Object.values(answers);
    const Integration = integration && {
      ...integration,
      ...(IntegrationResponses.length > 0 && { IntegrationResponses }),
    };
    const Properties = { ...method, MethodResponses: Object.values(responses), ...(Integration && { Integration }) };
    return [name, { Type: 'AWS::ApiGateway::Method', Properties }];
  });
  const deployed = Object.entries(stages).flatMap(([StageName, deployment]) => {
    const RestApiId = { Ref: 'Api' };
    const DependsOn = [...ofMethods.map(([name]) => name), ...Object.keys(resources)];
    const Stage = { RestApiId, StageName, DeploymentId: { Ref: deployment } };
    return [
      [deployment, { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId }, DependsOn }],
      [`Stage${StageName.replace(/\W/g, '')}`, { Type: 'AWS::ApiGateway::Stage', Properties: Stage }],
    ];
  });
  const Resources = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: properties },
    ...resources,
    ...(Object.fromEntries([...ofMethods, ...deployed]) as object),
  };
  return { Resources };
}
