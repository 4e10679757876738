import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type CollectionTag, parse, type ScalarTag, type YAMLSeq } from 'yaml';
import {
  lambda,
  openStacks,
  type RunningAccount,
  type Stacks,
  startAccountProcess,
  temporaryFolder,
} from '../../../local-cloud/test/account/harness.ts';
import { addBasePath } from '../../src/template/base-path.ts';
import type { Resource } from '../../src/types.ts';

const domain = 'api.shop.example';
afterEach(() => void delete process.env['API_DOMAIN']);

/** An API that says by whom it is, with the logical ids of the framework. */
const apiOf = (said: string): Record<string, Resource> => ({
  ApiGatewayRestApi: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: said } },
  Hello: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: {
      RestApiId: { Ref: 'ApiGatewayRestApi' },
      ParentId: { 'Fn::GetAtt': ['ApiGatewayRestApi', 'RootResourceId'] },
      PathPart: 'hello',
    },
  },
  F: lambda(
    `exports.handler = async ({ path }) => ({ statusCode: 200, body: JSON.stringify({ said: '${said}', path }) });`,
  ) as Resource,
  Get: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      ...{ RestApiId: { Ref: 'ApiGatewayRestApi' }, ResourceId: { Ref: 'Hello' } },
      ...{ HttpMethod: 'GET', AuthorizationType: 'NONE' },
      Integration: {
        ...{ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' },
        Uri: { 'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations' },
      },
    },
  },
  Deployment: {
    Type: 'AWS::ApiGateway::Deployment',
    DependsOn: 'Get',
    Properties: { RestApiId: { Ref: 'ApiGatewayRestApi' } },
  },
  ApiGatewayStage: {
    Type: 'AWS::ApiGateway::Stage',
    Properties: { RestApiId: { Ref: 'ApiGatewayRestApi' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'dev' },
  },
});

/** The template of a service as it is deployed with the domain. */
function mapped(service: string) {
  process.env['API_DOMAIN'] = domain;
  const Resources = apiOf(service);
  addBasePath({ Resources }, { service });
  return { Resources };
}

const CertificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/one';

/** `domain.yml` with values for its parameters. */
function domainTemplate(values: Readonly<Record<string, string>>): Record<string, unknown> {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'domain.yml'), 'utf8');
  const tag = (name: string) => (name === 'Ref' ? name : `Fn::${name}`);
  const scalars = ['Ref', 'GetAtt'].map((name): ScalarTag => ({
    tag: `!${name}`,
    resolve: (it) => ({ [tag(name)]: name === 'Ref' ? it : it.split('.') }),
  }));
  const lists = ['If', 'Not', 'Equals'].map((name): CollectionTag => ({
    ...{ tag: `!${name}`, collection: 'seq' },
    resolve: (it) => ({ [tag(name)]: (it as YAMLSeq).toJSON() as unknown }),
  }));
  const template = parse(text, { customTags: [...scalars, ...lists] }) as {
    readonly Parameters: Record<string, Record<string, unknown>>;
  };
  for (const [name, value] of Object.entries(values)) template.Parameters[name]!['Default'] = value;
  return template;
}

describe('the base path of a service', () => {
  it('is its name, at the domain of the stage', () => {
    expect(mapped('orders').Resources['ApiGatewayBasePath']).toEqual({
      Type: 'AWS::ApiGateway::BasePathMapping',
      Properties: {
        ...{ DomainName: domain, BasePath: 'orders' },
        ...{ RestApiId: { Ref: 'ApiGatewayRestApi' }, Stage: { Ref: 'ApiGatewayStage' } },
      },
    });
  });

  it('is not there without a domain, nor without an API', () => {
    const [Resources, none] = [apiOf('orders'), {}];
    addBasePath({ Resources }, { service: 'orders' });
    expect(Resources).not.toHaveProperty('ApiGatewayBasePath');
    process.env['API_DOMAIN'] = domain;
    addBasePath({ Resources: none }, { service: 'journal' });
    expect(none).toEqual({});
  });

  it.each(['https://api.example.com', 'localhost', 'api..example.com', '*.example.com'])('is refused at %s', (name) => {
    process.env['API_DOMAIN'] = name;
    expect(() => addBasePath({ Resources: apiOf('orders') }, { service: 'orders' })).toThrow(
      'not the name of a domain',
    );
  });
});

describe('on an account', () => {
  const folder = temporaryFolder();
  let account: RunningAccount;
  let stacks: Stacks;
  beforeAll(async () => {
    account = await startAccountProcess(folder.path);
    stacks = openStacks(account.config);
  });
  afterAll(async () => {
    await account.end('SIGTERM');
    stacks.client.destroy();
    folder.remove();
  });

  it('each service is reached at the one address, and leaves it alone', async () => {
    await stacks.create('domain', domainTemplate({ Domain: domain, CertificateArn, TruststoreUri: '' }));
    for (const service of ['orders', 'catalog']) await stacks.create(service, mapped(service));
    const at = (path: string) => fetch(`${account.url}/_aws/domains/${domain}/${path}`);
    for (const said of ['orders', 'catalog']) expect(await (await at(`${said}/hello`)).json()).toMatchObject({ said });
    await stacks.delete('orders');
    expect([(await at('orders/hello')).status, (await at('catalog/hello')).status]).toEqual([403, 200]);
  }, 120_000);

  it('can ask clients for a certificate, by the address of what signs theirs', async () => {
    const asking = (TruststoreUri: string) =>
      domainTemplate({ Domain: 'mtls.example.com', CertificateArn, TruststoreUri });
    const { StackStatus: refused } = await stacks.create('wrong', asking('https://example.com/ca.pem'));
    const { StackStatus: taken } = await stacks.create('asking', asking('s3://certificates/ca.pem'));
    expect([refused, taken]).toEqual(['ROLLBACK_COMPLETE', 'CREATE_COMPLETE']);
  }, 120_000);
});
