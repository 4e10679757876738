import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndpointContract } from '@dure/contracts/contract';
import { contracts } from '@dure/contracts/all-contracts';
import { type Role, roles } from '@dure/contracts/access';
import { policyFor } from '@dure/contracts/binding/authorizer-policy';
import { afterEach, describe, expect, it } from '@jest/globals';
import { authorizerFunction, guardedEndpoints, writeAuthorizer } from '../src/authorizer.ts';
import type { Catalogue } from '../src/types.ts';
import { catalogue, expand } from './fixture.ts';

const STAGE = 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/production123456';
const own = (service: string) =>
  contracts.filter((it): it is EndpointContract => it.kind === 'endpoint' && it.owner === service);
const guardedOf = (service: string) => {
  const names = own(service).map(({ name, version }) => `${name}.v${version}`);
  return guardedEndpoints(service, contracts, { api: { endpoints: names } });
};
const services = [...new Set(contracts.map(({ owner }) => owner))].filter((service) => guardedOf(service).length > 0);
const folder = mkdtempSync(join(tmpdir(), 'dure-authorizer-'));
afterEach(() => {
  delete process.env['TRUSTED_ISSUERS'];
  rmSync(folder, { recursive: true, force: true });
});

describe('the policy of every service', () => {
  /** What API Gateway decides: `*` matches slashes, and a denial wins. */
  const allows = (statements: ReturnType<typeof policyFor>, method: string, path: string) => {
    const applies = (pattern: string) =>
      new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(
        `${STAGE}/${method}${path}`,
      );
    const effects = statements.filter(({ Resource }) => Resource.some(applies)).map(({ Effect }) => Effect);
    return effects.includes('Allow') && !effects.includes('Deny');
  };

  it.each(services)('allows of %s what each role may do, and nothing else', (service) => {
    const guarded = guardedOf(service);
    for (const role of Object.keys(roles) as Role[]) {
      const statements = policyFor(guarded, roles[role], STAGE);
      for (const [method, path, scopes] of guarded) {
        const may = scopes.some((scope) => (roles[role] as readonly string[]).includes(scope));
        const asked = path.replace(/\{\w+\}/g, 'A-1');
        expect([role, method, asked, allows(statements, method, asked)]).toEqual([role, method, asked, may]);
      }
    }
  });

  it('is within the 8 KB that API Gateway takes, for everything that anybody may do', () => {
    for (const service of services) {
      const guarded = guardedOf(service);
      const all = guarded.flatMap(([, , scopes]) => scopes);
      expect(JSON.stringify(policyFor(guarded, all, STAGE)).length).toBeLessThan(6_000);
    }
  });
});

describe('the authorizer', () => {
  const guarded: Catalogue = catalogue.map((it) =>
    it.kind === 'endpoint' && it.name === 'GetStock' ? { ...it, access: { any: 'services:read' } } : it,
  );

  it('is of the endpoints that are not public', () => {
    expect(guardedEndpoints('stock', guarded, { api: { endpoints: ['GetStock', 'SetStock.v1'] } })).toEqual([
      ['GET', '/v1/stock/{sku}', ['services:read']],
    ]);
    expect(guardedEndpoints('stock', catalogue, { api: { endpoints: ['GetStock'] } })).toEqual([]);
  });

  it('may read where the identity service is, and nothing else', () => {
    const { iam, name, environment } = authorizerFunction('stock', 'dev', {});
    expect(name).toBe('stock-dev-authorizer');
    expect(environment).toEqual({});
    expect(iam).toEqual([
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameters',
        Resource: {
          'Fn::Sub': 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/dure/dev/identity/issuer',
        },
      },
    ]);
  });

  it('is refused where a function has its name, and with issuers that are not valid', () => {
    expect(() => authorizerFunction('stock', 'dev', { authorizer: {} })).toThrow('choose another name');
    process.env['TRUSTED_ISSUERS'] = '[{}]';
    expect(() => authorizerFunction('stock', 'dev', {})).toThrow('TRUSTED_ISSUERS is not valid');
  });

  it('has no alarm on its errors, which are refusals, and one on what is throttled', () => {
    const made = Object.keys(expand({ authorizer: authorizerFunction('stock', 'test', {}) }).resources);
    expect(made.filter((id) => id.endsWith('ErrorsAlarm'))).toEqual([]);
    expect(made).toContain('AuthorizerThrottlesAlarm');
  });

  it('is written once, and again when the contracts say something else', () => {
    const path = join(folder, '.dure', 'authorizer.ts');
    writeAuthorizer(folder, [['GET', '/v1/a', ['orders:read']]]);
    expect(readFileSync(path, 'utf8')).toContain('["GET","/v1/a",["orders:read"]]');
    utimesSync(path, 1, 1);
    writeAuthorizer(folder, [['GET', '/v1/a', ['orders:read']]]);
    expect(statSync(path).mtimeMs).toBe(1000);
    writeAuthorizer(folder, [['GET', '/v1/b', ['orders:read']]]);
    expect(readFileSync(path, 'utf8')).toContain('/v1/b');
  });
});
