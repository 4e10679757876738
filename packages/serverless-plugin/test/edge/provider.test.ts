import { describe, expect, it } from '@jest/globals';
import type { EdgeConfig } from '../../src/edge/config.ts';
import { apiGatewaySettings } from '../../src/edge/provider.ts';

const settings = (edge?: EdgeConfig) => apiGatewaySettings('orders', 'prod', edge);

describe('the settings of an API', () => {
  it('have a key and a plan with rate, burst and monthly quota', () => {
    expect(settings()).toMatchObject({
      apiKeys: [{ name: 'dure-prod-orders' }],
      usagePlan: { quota: { limit: 1_000_000, period: 'MONTH' }, throttle: { rateLimit: 50, burstLimit: 100 } },
    });
    expect(settings({ usagePlan: { rate: 1, burst: 2, quota: 3 } }).usagePlan).toEqual({
      quota: { limit: 3, period: 'MONTH' },
      throttle: { rateLimit: 1, burstLimit: 2 },
    });
  });

  it('let everyone call, only over TLS', () => {
    expect(settings().resourcePolicy).toEqual([
      { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  it.each<[string, EdgeConfig['allow']]>([
    ['a list', ['203.0.113.0/24', '2001:db8::/32']],
    ['one text', '203.0.113.0/24, 2001:db8::/32'],
  ])('let only these addresses call, from %s', (_, allow) => {
    expect(settings({ allow }).resourcePolicy.at(-1)).toMatchObject({
      Effect: 'Deny',
      Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32'] } },
    });
  });

  it.each([
    '203.0.113.0',
    '203.0.113.0/33',
    '203.0.113/24',
    '2001:db8::/129',
    'example.com',
    '10.0.0.0/8/8',
    '10.0.0.0/x',
  ])('refuse %s as a range of addresses', (address) =>
    expect(() => settings({ allow: [address] })).toThrow(`"${address}" is not a range of addresses`),
  );

  it('refuse a list that locks everyone out, and one too long for a policy', () => {
    expect(() => settings({ allow: [] })).toThrow('leave it out to allow every address');
    expect(() => settings({ allow: '' })).toThrow('is not a range of addresses');
    const allow = Array.from({ length: 600 }, (_, index) => `10.${index % 200}.${Math.floor(index / 200)}.0/24`);
    expect(() => settings({ allow })).toThrow('more than 8192 bytes');
  });
});
