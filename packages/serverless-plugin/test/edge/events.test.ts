import { contracts } from '@dure/contracts/all-contracts';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { guardEvents, hasRestApi, refuseUnguarded } from '../../src/edge/events.ts';
import { expandEndpoints } from '../../src/endpoints.ts';
import type { Catalogue, CatalogueEndpoint, FunctionEvent, Json } from '../../src/types.ts';

const stock = {
  kind: 'endpoint',
  owner: 'stock',
  access: 'public',
  version: 1,
  method: 'PUT',
  fullPath: '/v1/stock/{sku}',
} as const;
const health = { ...stock, name: 'GetHealth', method: 'GET', fullPath: '/v1/health' } as const;

function guarded(endpoint: Partial<CatalogueEndpoint>, http?: Json): Record<string, Json> {
  const catalogue: Catalogue = [{ ...stock, name: 'SetStock', ...endpoint }, health];
  const given = http ?? { method: 'put', path: '/v1/stock/{sku}', private: false };
  const [event] = guardEvents('stock', catalogue, [{ http: given }]);
  return event?.['http'] as Record<string, Json>;
}

describe('a deployed endpoint', () => {
  it.each<[string, Json]>([
    ['of the contracts', { method: 'put', path: '/v1/stock/{sku}', private: false }],
    ['of none', { method: 'get', path: '/v1/elsewhere' }],
    ['of none that asks for no key', { method: 'get', path: '/v1/elsewhere', private: false }],
    ['written in short', 'GET /v1/elsewhere'],
  ])('asks for an API key: one %s', (_, http) => {
    expect(guarded({}, http)).toMatchObject({ private: true });
  });

  it('requires none on a laptop, and has the checks of a deployment', () => {
    const given: FunctionEvent[] = [
      { http: { method: 'put', path: '/v1/stock/{sku}' } },
      { http: 'GET /v1/elsewhere' },
    ];
    const catalogue = [{ ...stock, name: 'SetStock', idempotencyKey: 'required' as const }];
    expect(guardEvents('stock', catalogue, given, { keys: false })).toEqual([
      {
        http: {
          ...{ method: 'put', path: '/v1/stock/{sku}' },
          request: { parameters: { headers: { 'Idempotency-Key': true } } },
        },
      },
      { http: { method: 'GET', path: '/v1/elsewhere' } },
    ]);
  });

  it('requires none for a public path without a contract', () => {
    const open = ['/docs/{page+}', '/v1/stock/{sku}'];
    const isPrivate = (method: string, path: string): Json | undefined => {
      const [event] = guardEvents('stock', [{ ...stock, name: 'SetStock' }], [{ http: { method, path } }], { open });
      return (event?.['http'] as Record<string, Json>)['private'];
    };
    expect(isPrivate('get', '/docs/{page+}')).toBe(false);
    expect(isPrivate('HEAD', '/docs/{page+}')).toBe(false);
    expect(isPrivate('post', '/docs/{page+}')).toBe(false);
    expect(isPrivate('get', '/docs/{page+}/more')).toBe(true);
    expect(isPrivate('put', '/v1/stock/{sku}')).toBe(true);
  });

  it('does not require one for health, or for signed calls', () => {
    expect(guarded({}, { method: 'get', path: '/v1/health' })).toMatchObject({ private: false });
    const webhook = guarded({ webhook: { headers: ['webhook-signature'] } });
    expect(webhook).toMatchObject({
      private: false,
      request: { parameters: { headers: { 'webhook-signature': true } } },
    });
  });

  it('checks the body by a model named like the contract', () => {
    expect(guarded({ body: z.strictObject({ a: z.boolean() }) })['request']).toEqual({
      schemas: {
        'application/json': {
          name: 'SetStockV1',
          schema: {
            $schema: 'http://json-schema.org/draft-04/schema#',
            type: 'object',
            properties: { a: { type: 'boolean' } },
            required: ['a'],
            additionalProperties: false,
          },
        },
      },
    });
  });

  it('requires exactly the headers and parameters that the contract requires', () => {
    const query = z.strictObject({
      sort: z.enum(['asc', 'desc']),
      q: z.string(),
      limit: z._default(z.coerce.number(), 20),
      cursor: z.optional(z.string()),
    });
    // A blank q is valid; API Gateway would take it for none.
    expect(guarded({ query, idempotencyKey: 'required' })['request']).toEqual({
      parameters: { headers: { 'Idempotency-Key': true }, querystrings: { sort: true } },
    });
    expect(guarded({ idempotencyKey: 'optional' })).not.toHaveProperty('request');
  });

  it('leaves other events unchanged', () => {
    const events: FunctionEvent[] = [{ sqs: { arn: 'arn' } }, { schedule: 'rate(1 minute)' }];
    expect(guardEvents('stock', [], events)).toEqual(events);
    expect([hasRestApi({ a: { events } }), hasRestApi({ a: { events: [{ http: 'GET /a' }] } })]).toEqual([false, true]);
  });

  it('of every service requires a key, except health, version and webhooks', () => {
    const owners = new Set(contracts.filter(({ kind }) => kind === 'endpoint').map(({ owner }) => owner));
    const open = [...owners].flatMap((owner) => {
      const own = contracts.filter((it) => it.kind === 'endpoint' && it.owner === owner) as CatalogueEndpoint[];
      const endpoints = own
        .map((it) => `${it.name}.v${it.version}`)
        .filter((it) => !/^Get(Health|Version)\.v1$/.test(it));
      const events = expandEndpoints(owner, contracts, { api: { endpoints } }).get('api') ?? [];
      const https = guardEvents(owner, contracts, events).map((event) => event['http'] as Record<string, Json>);
      return https.filter((http) => http['private'] !== true).map(({ path }) => String(path));
    });
    expect([...new Set(open)].filter((path) => !['/v1/health', '/v1/version'].includes(path))).toEqual(
      contracts
        .filter((it) => it.kind === 'endpoint' && it.webhook !== undefined)
        .map((it) => (it as CatalogueEndpoint).fullPath),
    );
  });
});

describe('a path about which nobody says who may call it', () => {
  const refuse = (event: FunctionEvent, open: string[] = []) =>
    refuseUnguarded('stock', [{ ...stock, name: 'SetStock' }], { api: { events: [event] } }, open);
  const elsewhere = { method: 'get', path: '/v1/elsewhere' };

  it.each([
    ['http', { http: elsewhere }],
    ['http, in short', { http: 'GET /v1/elsewhere' }],
    ['an HTTP API', { httpApi: 'GET /v1/elsewhere' }],
    ['all of an HTTP API', { httpApi: '*' }],
  ])('is refused: %s', (_, event: FunctionEvent) => {
    expect(() => refuse(event)).toThrow('functions.api.events: nobody says who may call');
  });

  it('is not one with a contract, with an authorizer, or that is said to be public', () => {
    refuse({ http: { method: stock.method.toLowerCase(), path: stock.fullPath } });
    refuse({ http: { ...elsewhere, authorizer: 'aws_iam' } });
    refuse({ http: elsewhere }, ['/v1/elsewhere']);
    refuse({ sqs: { arn: 'arn' } });
  });
});
