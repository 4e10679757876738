import { createTestTable } from '@dure/testing/dynamodb';
import { lambdaContext, type TestCaller } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import { openTable } from '../src/binding/table.ts';
import type { EndpointContract } from '../src/contracts/contract.ts';
import { as, callers, cellOf, endpoints, expected, told } from './matrix/cells.ts';

const { tableName } = await createTestTable();
Object.assign(process.env, { SERVICE_NAME: 'matrix', LOG_LEVEL: 'error' });
const table = openTable(tableName);

/** What a real API with this endpoint answers to its example. */
async function answered(contract: EndpointContract, caller: TestCaller | null): Promise<string> {
  const { event, handle, runs } = cellOf(contract, table, caller);
  const { statusCode, headers } = await handle(event, lambdaContext);
  return told(contract, statusCode, runs(), headers?.['www-authenticate'] as string | undefined);
}

/** Where an API answers otherwise than its contract says. */
async function faultsOf(contract: EndpointContract, said = contract): Promise<string[]> {
  const faults = await Promise.all(
    callers.map(async ([who, caller]) => {
      const [is, should] = [await answered(contract, caller), expected(said, caller)];
      return is === should ? [] : [`${who}: ${is}, not ${should}`];
    }),
  );
  return faults.flat();
}

describe('an API decides as the contract says, for every role, with the own and another’s data:', () => {
  it.each(
    endpoints.map((contract) => [`${contract.owner} ${contract.method} ${contract.fullPath}`, contract] as const),
  )('%s', async (_, contract) => expect(await faultsOf(contract)).toEqual([]));

  it('of every service, in its own name and for its callers', () => {
    const names = callers.map(([who]) => who);
    expect(names).toEqual(expect.arrayContaining(endpoints.map(({ owner }) => `${owner} in its own name`)));
    expect(callers.filter(([, caller]) => caller?.actor === 'gateway').length).toBeGreaterThanOrEqual(4);
    // None of them may do in its own name what its contracts do not say.
    const bold = callers.filter(([, caller]) => caller?.roles.includes('service') && caller.actor === undefined);
    const letIn = endpoints.flatMap((contract) =>
      bold
        .filter(([, caller]) => contract.access !== 'public' && expected(contract, caller) === 'let in')
        .map(([who]) => `${who}: ${contract.name}`),
    );
    const named = endpoints.flatMap(({ name, callers: by = {} }) =>
      Object.entries(by).flatMap(([service, how]) =>
        how === 'as-itself' ? [`${service} in its own name: ${name}`] : [],
      ),
    );
    expect(letIn).toEqual(expect.arrayContaining(named));
    expect(letIn.filter((cell) => !named.some((it) => it.split(':')[0] === cell.split(':')[0]))).toEqual([]);
  });

  it('of many endpoints', () => {
    expect(endpoints.length).toBeGreaterThan(30);
    const kinds = endpoints.map((contract) => expected(contract, as('customer', 'c-9999')));
    expect(new Set(kinds).size).toBeGreaterThanOrEqual(3);
  });
});

it('an endpoint that is open by mistake, or asks for another scope, is found', async () => {
  const guarded = endpoints.find(({ access }) => access !== 'public' && access.own === undefined)!;
  expect(await faultsOf({ ...guarded, access: 'public' }, guarded)).not.toEqual([]);
  expect(await faultsOf({ ...guarded, access: { any: 'services:write' } }, guarded)).not.toEqual([]);
});
