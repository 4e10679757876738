import { afterEach, expect, it } from '@jest/globals';
import { useEnvironments } from '../../src/offline/use-environments.ts';
import { cloud, service } from './service.ts';

const before = { ...process.env };

afterEach(() => {
  process.env = { ...before };
});

it('gives each function the environment that it has in the local cloud', () => {
  const loyalty = service();
  useEnvironments(loyalty, cloud());
  expect(loyalty.functions['api']?.environment).toEqual({ TABLE_NAME: 'dure-local-loyalty' });
  expect(loyalty.provider.environment).toEqual({});
});

it('leads to the documentation that the local cloud serves', () => {
  const loyalty = service();
  const given = cloud();
  const api = { ...given.environments['api'], DOCS_URL: '/registry/local/docs' };
  useEnvironments(loyalty, cloud({ environments: { ...given.environments, api } }));
  expect(loyalty.functions['api']?.environment).toMatchObject({
    DOCS_URL: 'http://localhost:4000/registry/local/docs',
  });
});

it('leaves schedules and WebSockets to the local cloud, and reports them', () => {
  const loyalty = service();
  expect(useEnvironments(loyalty, cloud())).toEqual(['websocket', 'schedule']);
  expect(loyalty.functions['sweep']?.events).toEqual([{ sqs: { arn: 'arn' } }]);
  expect(loyalty.functions['socket']?.events).toEqual([]);
  expect(loyalty.functions['api']?.events).toHaveLength(5);
});

it("drops the shell's own account", () => {
  process.env['AWS_PROFILE'] = 'production';
  process.env['AWS_SESSION_TOKEN'] = 'a-token';
  useEnvironments(service(), cloud());
  expect(Object.keys(process.env).filter((name) => name.startsWith('AWS_'))).toEqual([]);
});

it('names the function that the local cloud does not know yet', () => {
  const { api } = cloud().environments;
  expect(() => useEnvironments(service(), cloud({ environments: { api: api ?? {} } }))).toThrow(
    'The local cloud at http://localhost:4000 started before functions.socket was added: restart it.',
  );
});
