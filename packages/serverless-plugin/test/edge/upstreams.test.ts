import { describe, expect, it } from '@jest/globals';
import { keepCredentials, upstreamEvents } from '../../src/edge/upstreams.ts';
import type { Json } from '../../src/types.ts';

const upstream = { path: '/legacy', url: 'https://shop.example.com/old/' };
const deployed = { local: false, keys: true };

describe('an upstream', () => {
  it('is a path and all below it, for the methods that are named, behind a key', () => {
    const events = upstreamEvents([{ ...upstream, methods: ['GET', 'POST'], timeoutMs: 5_000 }], deployed);
    const usual = { integration: 'http-proxy', private: true, timeoutInMillis: 5_000 };
    const below = { uri: 'https://shop.example.com/old/{proxy}', parameters: { paths: { proxy: true } } };
    expect(events).toEqual(
      ['get', 'post'].flatMap((method) => [
        { http: { ...usual, method, path: '/legacy', request: { uri: 'https://shop.example.com/old/' } } },
        { http: { ...usual, method, path: '/legacy/{proxy+}', request: below } },
      ]),
    );
    expect(upstreamEvents([upstream], deployed)).toHaveLength(2);
  });

  it.each([
    ['http://shop.example.com', 'is not an https:// URL'],
    ['ftp://shop.example.com', 'is not an https:// URL'],
    ['shop.example.com', 'is not an https:// URL'],
    ['https://a:b@shop.example.com', 'more than a host and a path'],
    ['https://shop.example.com/?a=1', 'more than a host and a path'],
    ['https://shop.example.com/{proxy}', 'more than a host and a path'],
    ['https://127.0.0.1/', 'an internal address'],
    ['https://2130706433/', 'an internal address'],
    ['https://[::1]/', 'an internal address'],
    ['https://[::ffff:10.0.0.1]/', 'an internal address'],
    ['https://169.254.169.254/latest', 'an internal address'],
    ['https://10.1.2.3/', 'an internal address'],
    ['https://localhost/', 'an internal address'],
    ['https://db.internal/', 'an internal address'],
  ])('is never %s on AWS', (url, fault) => {
    expect(() => upstreamEvents([{ ...upstream, url }], deployed)).toThrow(fault);
  });

  it("may be one of a laptop's own on a laptop", () => {
    const events = upstreamEvents([{ ...upstream, url: 'http://127.0.0.1:8080' }], { local: true, keys: false });
    expect(events[0]).toMatchObject({ http: { private: false, request: { uri: 'http://127.0.0.1:8080/' } } });
  });

  it('is not in the place of a contract', () => {
    expect(() => upstreamEvents([{ ...upstream, path: '/v1/orders' }], deployed)).toThrow('those of contracts');
  });

  it('gets no API key, and an access token only if it is said so, also where another has the same URL', () => {
    const part = (PathPart: string, ParentId: Json = { 'Fn::GetAtt': ['Api', 'RootResourceId'] }) => ({
      Type: 'AWS::ApiGateway::Resource',
      Properties: { PathPart, ParentId },
    });
    const method = (ResourceId: string, Type = 'HTTP_PROXY') => ({
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        ResourceId: { Ref: ResourceId },
        Integration: { Type, RequestParameters: { 'integration.request.path.proxy': 'x' } },
      },
    });
    const resources = {
      ...{ Legacy: part('legacy'), Trusted: part('trusted') },
      ...{ LegacyBelow: part('{proxy+}', { Ref: 'Legacy' }), TrustedBelow: part('{proxy+}', { Ref: 'Trusted' }) },
      ...{ at: method('Legacy'), below: method('LegacyBelow') },
      ...{ trustedAt: method('Trusted'), trustedBelow: method('TrustedBelow'), own: method('Own', 'AWS_PROXY') },
    };
    keepCredentials(resources, [upstream, { ...upstream, path: '/trusted', authorization: 'forward' }]);
    const parametersOf = ({ Properties }: (typeof resources)['at']) =>
      Object.keys(Properties.Integration.RequestParameters);
    const [path, key] = ['integration.request.path.proxy', 'integration.request.header.x-api-key'];
    for (const it of [resources.at, resources.below]) {
      expect(parametersOf(it)).toEqual([path, key, 'integration.request.header.Authorization']);
    }
    for (const it of [resources.trustedAt, resources.trustedBelow]) expect(parametersOf(it)).toEqual([path, key]);
    expect(parametersOf(resources.own)).toEqual([path]);
  });
});
