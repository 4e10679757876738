import { startTestAws } from '@dure/testing/aws';
import { afterEach, expect, it, jest } from '@jest/globals';
import { openSettings } from '../src/binding/settings.ts';

const { ssm } = await startTestAws();
afterEach(() => void jest.restoreAllMocks());

it('asks for what is missing each time, and for the rest once a minute', async () => {
  const settings = openSettings('/dure/local/alerts', ['webhook-url', 'webhook-secret']);
  const put = (name: string, value: string) => ssm.put(`/dure/local/alerts/${name}`, value);
  expect(await settings()).toEqual({});
  put('webhook-url', 'one');
  expect(await settings()).toEqual({ 'webhook-url': 'one' });
  put('webhook-secret', 'two');
  expect(await settings()).toEqual({ 'webhook-url': 'one', 'webhook-secret': 'two' });
  put('webhook-secret', 'three');
  expect(await settings()).toMatchObject({ 'webhook-secret': 'two' });
  const later = Date.now() + 60_000;
  jest.spyOn(Date, 'now').mockReturnValue(later);
  expect(await settings()).toMatchObject({ 'webhook-secret': 'three' });
});
