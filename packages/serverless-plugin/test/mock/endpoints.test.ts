import { endpoint, event, type Contract } from '@dure/contracts/contract';
import { healthOf, versionOf } from '@dure/contracts/operations';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { mockedEndpoints, mockEvents } from '../../src/mock/index.ts';

const make = (name: string, more: object = {}) =>
  endpoint('things', {
    ...{ name, method: 'POST', path: `/${name}`, version: 1, summary: name, access: 'public', ...more },
    responses: { 201: { description: name } },
    example: {},
  });
const body = z.strictObject({ size: z.number() });
const one = make('One', {
  body,
  idempotencyKey: 'required',
  query: z.strictObject({ of: z.string().check(z.minLength(1)) }),
});
const two = make('Two');
const operations = [healthOf('things'), versionOf('things')];
const spoken = event('talk', 'Spoken', 1, z.object({}), { description: 'Spoken.', example: {} });
const contracts = [one, two, ...operations, spoken, healthOf('talk'), versionOf('talk')] as Contract[];
const names = (functions = {}, dure = {}) =>
  mockedEndpoints('things', contracts, functions, { mock: true, ...dure }).map(({ name }) => name);

describe('the endpoints of a mock', () => {
  it('are all of the owner where no function serves any', () => {
    expect(names()).toEqual(['One', 'Two', 'GetHealth', 'GetVersion']);
    expect(names({ sweep: { handler: 'src/sweep.handler' } })).toHaveLength(4);
  });

  it('are those that no function serves', () => {
    expect(names({ api: { endpoints: ['One'] } })).toEqual(['Two']);
  });

  it.each([
    ['served by functions', () => names({ api: { endpoints: ['One', 'Two'] } }), 'serve every endpoint'],
    ['with settings without effect', () => names({}, { table: false }), 'custom.dure.table has no effect'],
    ['with a function of its name', () => names({ mocks: {} }), 'functions.mocks: mocks take this name'],
    [
      'with a function of no contract',
      () => names({ api: { endpoints: ['Three'] } }),
      'there is no endpoint of things "Three"',
    ],
    [
      'of nobody',
      () => mockedEndpoints('thngs', contracts, {}, {}),
      'no contracts of "thngs"; the nearest are "things"',
    ],
    ['without endpoints', () => mockedEndpoints('talk', contracts, {}, {}), 'the contracts of talk have no endpoints'],
  ])('are refused %s', (_, make, sentence) => {
    expect(make).toThrow(sentence);
  });

  it('have the keys and the checks of deployed endpoints', () => {
    const facts = { service: 'things', version: '1', commit: 'a', stage: 'dev', before: '' };
    const [event] = mockEvents([one], facts, { keys: true });
    expect(event).toMatchObject({
      http: {
        ...{ method: 'post', path: '/v1/One', private: true, integration: 'MOCK' },
        request: {
          passThrough: 'NEVER',
          parameters: { 'method.request.header.Idempotency-Key': true, 'method.request.querystring.of': true },
          schemas: { 'application/json': { name: 'OneV1' } },
        },
      },
    });
    const [local] = mockEvents([one], facts, { keys: false });
    expect(local?.['http']).not.toHaveProperty('private');
    const [open] = mockEvents([operations[0]!], facts, { keys: true });
    expect(open).toMatchObject({ http: { private: false } });
  });
});
