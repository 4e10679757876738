import { randomUUID } from 'node:crypto';
import { GetEvent } from '@dure/contracts/journal';
import type { Credentials } from '@dure/contracts/binding/call';
import { client } from '@dure/contracts/binding/client';
import { expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';

const cloud = cloudUnderTest();
const ask = (credentials: Credentials) => {
  const baseUrl = cloud.urlOf(GetEvent.owner, '');
  return client(GetEvent, [], { baseUrl, timeoutMs: 30_000 })({ params: { id: randomUUID() }, credentials });
};

it.each([
  ['no API key', undefined],
  ['an API key that was never given out', randomUUID()],
])('a request with %s is rejected before it reaches a service', async (_, apiKey) => {
  const known = await cloud.as('operator');
  const refused = await ask({ ...known, apiKey });
  expect(refused).toMatchObject({ status: 403, problem: { status: 403 } });
  expect(await ask(known)).toMatchObject({ status: 404 });
});
