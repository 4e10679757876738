import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deployApi, ok, startGateway, type Response, type TestGateway } from './gateway.ts';

let test: TestGateway;
let apiId: string;

beforeAll(async () => {
  test = await startGateway();
  test.onInvoke(() => ok({ statusCode: 200, body: '{}' }));
  const properties: Record<string, unknown> = { RequestModels: { 'application/json': 'Order' } };
  const withParameters: Record<string, unknown> = {
    RequestParameters: {
      'method.request.header.X-Version': 'true',
      'method.request.querystring.limit': true,
      'method.request.querystring.after': false,
    },
  };
  apiId = deployApi(test, {
    methods: [
      { path: '/orders', method: 'POST', properties },
      { path: '/orders', method: 'PUT', properties: { RequestModels: { 'application/json': 'Order' } } },
      { path: '/orders', method: 'GET', properties: withParameters },
    ],
    before(id) {
      const RestApiId = id;
      const money = {
        $schema: 'http://json-schema.org/draft-04/schema#',
        type: 'object',
        required: ['amount', 'currency'],
        properties: {
          amount: { type: 'integer', minimum: 0, exclusiveMinimum: true },
          currency: { type: 'string', pattern: '^[A-Z]{3}$' },
        },
      };
      test.create('Model', { RestApiId, Name: 'Money', ContentType: 'application/json', Schema: money });
      const total = { $ref: `https://apigateway.amazonaws.com/restapis/${id}/models/Money` };
      const kind = { enum: ['new', 'old'] };
      test.create('Model', {
        RestApiId,
        Name: 'Order',
        ContentType: 'application/json',
        Schema: JSON.stringify({
          type: 'object',
          required: ['total'],
          additionalProperties: false,
          properties: { total, kind, lines: { type: 'array', items: { $ref: '#/definitions/line' } } },
          definitions: { line: { type: 'object', required: ['sku'] } },
        }),
      });
      const validator = (body: boolean): string =>
        test.create('RequestValidator', { RestApiId, ValidateRequestBody: body, ValidateRequestParameters: true });
      properties['RequestValidatorId'] = validator(true);
      withParameters['RequestValidatorId'] = validator(false);
      test.create('GatewayResponse', {
        RestApiId,
        ResponseType: 'BAD_REQUEST_BODY',
        ResponseTemplates: {
          'application/json':
            '{"message":$context.error.messageString,"detail":"$context.error.validationErrorString"}',
        },
      });
    },
  });
});

afterAll(() => test.close());

const send = (body: string, contentType: string | undefined = 'application/json', method = 'POST'): Promise<Response> =>
  test.request(`/${apiId}/dev/orders`, {
    method,
    body,
    headers: contentType === '' ? {} : { 'Content-Type': contentType },
  });
const valid = JSON.stringify({ total: { amount: 1, currency: 'EUR' }, kind: 'new', lines: [{ sku: 'a' }] });

describe('a body (api-gateway-method-request-validation.html)', () => {
  it('that fits its model and the models that it refers to reaches the function', async () => {
    expect(await send(valid)).toMatchObject({ status: 200 });
    expect(await send(valid, 'application/json; charset=utf-8')).toMatchObject({ status: 200 });
  });

  it.each([
    ['{"total":{"amount":0,"currency":"EUR"}}', 'must be > 0'],
    ['{"total":{"amount":1,"currency":"eur"}}', 'ECMA 262 regex "^[A-Z]{3}$" does not match input string "eur"'],
    ['{"total":{"amount":1}}', 'object has missing required properties (["currency"])'],
    ['{"total":{"amount":"1","currency":"EUR"}}', 'instance type (string) does not match any allowed primitive type'],
    ['{"total":{"amount":1,"currency":"EUR"},"kind":"x"}', 'not found in enum (possible values: ["new","old"])'],
    ['{"total":{"amount":1,"currency":"EUR"},"lines":[{}]}', 'object has missing required properties (["sku"])'],
    ['{"total":{"amount":1,"currency":"EUR"},"more":1}', 'not allowed by the schema: ["more"]'],
    ['', 'instance type (null) does not match'],
    ['{"total', 'Invalid JSON'],
  ])('is refused: %s', async (body, detail) => {
    const before = test.invocations.length;
    const response = await send(body);
    expect(response).toMatchObject({ status: 400, headers: { 'x-amzn-errortype': 'BadRequestException' } });
    expect(response.json()).toEqual({ message: 'Invalid request body', detail: expect.stringContaining(detail) });
    expect(test.invocations).toHaveLength(before);
  });

  it('that is nested too deeply to be looked into is refused too', async () => {
    const deep = '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000);
    expect(await send(`{"total":{"amount":1,"currency":"EUR"},"kind":${deep}}`)).toMatchObject({ status: 400 });
  });

  it('without a Content-Type is taken for JSON, and one without a model is not checked', async () => {
    expect(await send('{}', '')).toMatchObject({ status: 400 });
    expect(await send('{}', 'text/plain')).toMatchObject({ status: 200 });
  });

  it('is not checked without a validator', async () => {
    expect(await send('{}', 'application/json', 'PUT')).toMatchObject({ status: 200 });
  });
});

describe('parameters (api-gateway-method-request-validation.html)', () => {
  const get = (query: string, headers: Record<string, string>): Promise<Response> =>
    test.request(`/${apiId}/dev/orders${query}`, { headers });

  it('that are required have to be there and not blank', async () => {
    expect(await get('?limit=1', { 'x-version': '2' })).toMatchObject({ status: 200 });
    const response = await get('?limit=', {});
    expect(response.status).toBe(400);
    expect(response.json()).toEqual({ message: 'Missing required request parameters: [X-Version, limit]' });
  });
});
