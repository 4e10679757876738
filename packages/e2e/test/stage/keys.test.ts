import { randomUUID } from 'node:crypto';
import { GetEvent } from '@dure/contracts/journal';
import { client } from '@dure/contracts/binding/client';
import { expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';

const cloud = cloudUnderTest();
const ask = (apiKey?: string) => {
  const baseUrl = cloud.urlOf(GetEvent.owner, '');
  return client(GetEvent, [], { baseUrl, apiKey, timeoutMs: 30_000 })({ params: { id: randomUUID() } });
};

it.each([
  ['no API key', undefined],
  ['an API key that was never given out', randomUUID()],
])('a request with %s is rejected before it reaches a service', async (_, apiKey) => {
  const refused = await ask(apiKey);
  expect(refused).toMatchObject({ status: 403, problem: { status: 403 } });
  expect(await ask(cloud.headers['x-api-key'])).toMatchObject({ status: 404 });
});
