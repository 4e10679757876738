import { describe, expect, it } from '@jest/globals';
import { callersOf } from '../generate/callers.ts';
import { reachOf, type Role, roles } from '../src/contracts/access.ts';
import { contracts } from '../src/contracts/all-contracts.ts';

/** What the identity service gives the services that call others. The matrix asks a real API for each of its cells. */

const endpoints = contracts.filter((contract) => contract.kind === 'endpoint');
const identities = Object.entries(callersOf(endpoints));
const guarded = endpoints.find(({ access }) => access !== 'public')!;

describe('the identity of a service', () => {
  it('does in its own name what contracts name it for, and nothing else', () => {
    for (const [service, { asItself }] of identities) {
      for (const { name, access } of endpoints) {
        if (access === 'public') continue;
        const named = endpoints.some(
          (it) => it.callers?.[service] === 'as-itself' && it.access !== 'public' && it.access.any === access.any,
        );
        expect([name, reachOf(access, asItself)]).toEqual([name, named ? 'any' : undefined]);
      }
    }
  });

  it.each(Object.keys(roles) as Role[])('lets nobody do more than they may without it: %s', (role) => {
    for (const [, { onBehalf }] of identities) {
      const own: readonly string[] = roles[role];
      const acting = onBehalf.filter((scope) => own.includes(scope));
      for (const { access } of endpoints) expect([undefined, reachOf(access, own)]).toContain(reachOf(access, acting));
    }
  });

  it('is there for those alone whom a contract names', () => {
    const named = endpoints.flatMap(({ callers = {} }) => Object.keys(callers));
    expect(identities.map(([service]) => service)).toEqual([...new Set(named)].sort());
  });

  it('has the scopes of what it calls', () => {
    const both = { ...guarded, access: { own: 'services:read', any: 'services:write' } } as const;
    expect(callersOf([{ ...both, callers: { desk: 'as-itself' } }])).toEqual({
      desk: { asItself: ['services:write'], onBehalf: [] },
    });
    expect(callersOf([{ ...both, callers: { desk: 'on-behalf' } }])).toEqual({
      desk: { asItself: [], onBehalf: ['services:read', 'services:write'] },
    });
  });

  it('is refused where it could have none', () => {
    const callers = { desk: 'as-itself' } as const;
    expect(() => callersOf([{ ...guarded, callers, access: 'public' }])).toThrow('everybody may call it');
    expect(() => callersOf([{ ...guarded, callers, access: { own: 'services:read' } }])).toThrow('of everybody');
  });
});
