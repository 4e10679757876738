import { afterAll, expect, it } from '@jest/globals';
import { openServer } from '@dure/local-http/server';
import { awsJsonServerOptions } from '../src/aws-json.ts';
import { uncheckedSignature } from '../src/unchecked-signature.ts';

const door = await openServer(awsJsonServerOptions({ Things: async (action) => ({ action }) }));
afterAll(() => door.close());

const ask = (headers: Record<string, string>, path = '/') =>
  fetch(`${door.endpoint}${path}`, {
    method: 'POST',
    headers: { authorization: uncheckedSignature('things'), 'x-amz-target': 'Things.List', ...headers },
    body: '{}',
  });

it('answers an action', async () => {
  expect(await (await ask({})).json()).toEqual({ action: 'List' });
});

it('refuses a body that is not compressed as it says, and goes on', async () => {
  const refused = await ask({ 'content-encoding': 'gzip' });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ __type: 'SerializationException' });
  expect((await ask({})).status).toBe(200);
});
