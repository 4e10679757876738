import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { packageService, root, writeService } from './packaged-service.ts';

type Method = { readonly Type: string; readonly Properties: Record<string, unknown> };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(root, 'node_modules', '.packaged-upstreams-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const functions = `  api:
    handler: src/http/index.handler
    endpoints: [GetStock]
`;

const packaged = (upstream: object) =>
  writeService(folder, functions, JSON.stringify({ edge: { upstreams: [upstream] } })).then(() =>
    packageService(folder, join(folder, 'out')),
  );

it('hands a path on to another system, behind the key and without the credentials of the gateway', async () => {
  const { code, output } = await packaged({ path: '/legacy', url: 'https://shop.example.com/old', timeoutMs: 5_000 });
  expect({ code, output }).toMatchObject({ code: 0 });
  const text = await readFile(join(folder, 'out', 'cloudformation-template-update-stack.json'), 'utf8');
  const { Resources } = JSON.parse(text) as { Resources: Record<string, Method> };
  const { ApiKeyRequired, Integration, RequestParameters } = Resources['ApiGatewayMethodLegacyProxyVarGet']!.Properties;
  expect({ ApiKeyRequired, Integration, RequestParameters }).toEqual({
    ApiKeyRequired: true,
    RequestParameters: { 'method.request.path.proxy': true },
    Integration: {
      Type: 'HTTP_PROXY',
      IntegrationHttpMethod: 'GET',
      Uri: 'https://shop.example.com/old/{proxy}',
      TimeoutInMillis: 5_000,
      RequestParameters: {
        'integration.request.path.proxy': 'method.request.path.proxy',
        'integration.request.header.x-api-key': "'-'",
        'integration.request.header.Authorization': "'-'",
      },
    },
  });
  const [deployment] = Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Deployment');
  expect(deployment).toMatchObject({ DependsOn: expect.arrayContaining(['ApiGatewayMethodLegacyProxyVarGet']) });
}, 400_000);

it('refuses to hand anything on to an internal address', async () => {
  const { code, output } = await packaged({ path: '/legacy', url: 'https://169.254.169.254/latest' });
  expect(code).toBe(1);
  expect(output).toContain('custom.dure.edge.upstreams: /legacy: 169.254.169.254 is an internal address.');
}, 400_000);
