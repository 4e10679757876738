import { expect, it } from '@jest/globals';
import { nextSteps } from '../../src/cli/next-steps.ts';

const service = (name: string, routes: readonly string[]) => ({
  ...{ name, routes, state: 'running', functions: 1, mocks: 0, more: [] },
  url: `http://localhost:4000/${name}/local`,
});
const cloud = {
  url: 'http://localhost:4000',
  services: [
    service('journal', ['GET /v1/health']),
    service('shop', ['PUT /v1/a/{id}', 'GET /v1/b', 'GET /v1/health']),
  ],
  environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:40123', AWS_REGION: 'us-east-1' },
};
const steps = (only?: readonly string[], demo = true) => nextSteps(cloud, { only, demo });

it('proposes the demo and a request when all services run', () => {
  expect(steps()).toMatch(
    /Next:\n {2}npm run demo .*\n {2}curl http:\/\/localhost:4000\/journal\/local\/v1\/health\n\n/,
  );
});

it('proposes a request to the service that was asked for, and not the demo, which needs all', () => {
  expect(steps(['shop'])).toContain('Next:\n  curl http://localhost:4000/shop/local/v1/health\n\n');
});

it('proposes a request as it stands where there is no health', () => {
  const services = [service('shop', ['PUT /v1/a/{id}', 'GET /v1/b'])];
  expect(nextSteps({ ...cloud, services }, { only: ['shop'], demo: false })).toContain(
    'Next:\n  curl http://localhost:4000/shop/local/v1/b\n\n',
  );
});

it('proposes a token where somebody gives tokens', () => {
  const services = [service('identity', ['GET /v1/health'])];
  const said = nextSteps({ ...cloud, services }, { only: ['identity'], demo: false });
  expect(said).toContain('Next:\n  npm run --silent token -- --as operator ');
  expect(steps()).not.toContain('token');
  const elsewhere = nextSteps({ ...cloud, services }, { only: ['identity'], demo: false, data: '/tmp/other' });
  expect(elsewhere).toContain('token -- --as operator --data /tmp/other ');
});

it('says as whom a person may sign in here', () => {
  const said = nextSteps({ ...cloud, accounts: { 'a@example.com': 'random' } }, { only: undefined, demo: false });
  expect(said).toContain('\nTo sign in on this laptop:\n  a@example.com  random\n');
  expect(steps()).not.toContain('sign in');
});

it('says by which variables the AWS CLI finds it', () => {
  expect(steps()).toMatch(
    /\n {2}(export|set) AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:40123\n {2}\1 AWS_REGION=us-east-1\n$/,
  );
});

it('says which services are mocks, and proposes no demo', () => {
  const [journal, shop] = cloud.services;
  const services = [
    { ...journal!, mocks: 1 },
    { ...shop!, mocks: 2 },
  ];
  const said = nextSteps({ ...cloud, services }, { only: undefined, demo: true });
  expect(said).not.toContain('npm run demo');
  expect(said).toMatch(/\njournal is a mock: it answers by .* and publishes no events/);
  expect(said).toMatch(/\nshop has 2 endpoints of 3 that are mocks: each answers by /);
});

it('says where the documentation is, where a service has it', () => {
  const services = [service('registry', ['GET /docs', 'GET /docs/{page+}', 'GET /v1/health'])];
  expect(nextSteps({ ...cloud, services }, { only: undefined, demo: false })).toMatch(
    /^Ready at .*\nDocumentation at http:\/\/localhost:4000\/registry\/local\/docs\n\nNext:/,
  );
  expect(steps()).not.toContain('Documentation');
});

it('has no empty list', () => {
  expect(nextSteps({ ...cloud, services: [] }, { only: undefined, demo: false })).not.toContain('Next:');
});

it('ends with the services that do not run, and why', () => {
  const broken = { ...service('broken', []), state: 'failed', reason: 'serverless.yml has no functions.' };
  const said = nextSteps({ ...cloud, services: [...cloud.services, broken] }, { only: undefined, demo: false });
  expect(said).toMatch(/\n\nbroken does not run: serverless\.yml has no functions\.\n$/);
});
