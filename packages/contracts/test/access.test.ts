import { describe, expect, it } from '@jest/globals';
import {
  type Access,
  isRole,
  isScope,
  reachOf,
  roles,
  scopes,
  scopesOf,
  scopesOfRoles,
} from '../src/contracts/access.ts';
import { contracts } from '../src/contracts/all-contracts.ts';

const accesses = contracts.flatMap((contract) => (contract.kind === 'endpoint' ? [contract.access] : []));
const guarded = accesses.filter((access) => access !== 'public');

/** For services that have none of their own yet; the template's contracts ask for them. */
const OF_THE_TEMPLATE = ['services:read', 'services:write'];

describe('the scopes', () => {
  it('are each asked for by an endpoint', () => {
    const asked = new Set<string>([...accesses.flatMap(scopesOf), ...OF_THE_TEMPLATE]);
    expect(Object.keys(scopes).filter((scope) => !asked.has(scope))).toEqual([]);
  });

  it('allow either what is the own or what is anybody’s, as their names say', () => {
    const owned = guarded.filter(({ own }) => own !== undefined);
    expect(owned.filter(({ own, any }) => any !== undefined && any !== `${own}:any`)).toEqual([]);
    const forOwn = new Set<string | undefined>(owned.map(({ own }) => own));
    expect(guarded.filter(({ any }) => forOwn.has(any))).toEqual([]);
  });

  it('are each of a role', () => {
    const given = new Set<string>(Object.values(roles).flat());
    expect(Object.keys(scopes).filter((scope) => !given.has(scope))).toEqual([]);
  });
});

describe('the roles', () => {
  it('let customers and guests touch nothing but their own', () => {
    const forAny = new Set<string | undefined>(guarded.map(({ any }) => any));
    expect(scopesOfRoles(['customer', 'guest']).filter((scope) => forAny.has(scope))).toEqual([]);
  });

  it('let auditors change nothing', () => {
    const changing = contracts
      .filter((contract) => contract.kind === 'endpoint')
      .filter(({ method, access }) => method !== 'GET' && reachOf(access, roles.auditor) !== undefined)
      .filter(({ access }) => access !== 'public')
      .map(({ name }) => name);
    // They ask, let their caller look, or change what is the auditor's own: where they are signed in, and their password.
    const fine = ['CanDeploy', 'IssueProgressToken', 'EndSession', 'EndSessions', 'ChangePassword'];
    expect(changing.filter((name) => !fine.includes(name))).toEqual([]);
  });

  it('add up', () => {
    expect(scopesOfRoles([])).toEqual([]);
    expect(scopesOfRoles(['nobody', 'toString'])).toEqual([]);
    expect(scopesOfRoles(['service'])).toEqual([]);
    expect(scopesOfRoles(['deployer', 'service'])).toEqual(['registry:read', 'registry:write', 'usage:read']);
    expect([isRole('auditor'), isRole('constructor'), isScope('alerts:read'), isScope('valueOf')]).toEqual([
      ...[true, false, true, false],
    ]);
  });
});

describe('the reach of a token', () => {
  const both: Access = { own: 'registry:read', any: 'registry:write' };

  it.each([
    [both, ['registry:read'], 'own'],
    [both, ['registry:read', 'registry:write'], 'any'],
    [both, ['registry:write'], 'any'],
    [both, ['registry', 'registry:read:any', ''], undefined],
    [{ any: 'registry:write' } as const, ['registry:read'], undefined],
    [{ own: 'registry:read' } as const, ['registry:read'], 'own'],
    ['public' as const, [], 'any'],
  ])('of %j with %j is %s', (access, granted, reach) => {
    expect(reachOf(access, granted)).toBe(reach);
  });
});
