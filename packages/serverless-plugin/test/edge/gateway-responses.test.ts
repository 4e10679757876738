import { describe, expect, it } from '@jest/globals';
import { edgeProblems } from '@dure/contracts/edge-problem';
import { commonProblems } from '@dure/contracts/problem';
import { DEFAULT_STATUS } from '@dure/local-cloud/services/apigateway/gateway-response';
import { gatewayResponses } from '../../src/edge/gateway-responses.ts';

const responses = Object.values(gatewayResponses({ Ref: 'Api' }, 'https://example.com/dev/docs')).map(
  ({ Properties }) => ({
    type: String(Properties['ResponseType']),
    status: Number(Properties['StatusCode']),
    headers: Properties['ResponseParameters'] as Record<string, string>,
    templates: Properties['ResponseTemplates'] as Record<string, string>,
  }),
);

/** As API Gateway fills them in: `messageString` comes with its quotes, and quotes in the others are escaped. */
const VALUES: Readonly<Record<string, string>> = {
  'error.messageString': '"Forbidden"',
  'error.validationErrorString': '[object has missing required properties ([\\"sku\\"])]',
  path: '/dev/v1/products',
  requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
};

function fill(template: string): Record<string, unknown> {
  const filled = template.replace(/\$context\.([A-Za-z.]+)/g, (_, name: string) => {
    const value = VALUES[name];
    if (value === undefined) throw new Error(`There is no $context.${name} in a gateway response.`);
    return value;
  });
  return JSON.parse(filled) as Record<string, unknown>;
}

describe('the gateway responses', () => {
  it('are there for every type', () => {
    expect(responses.map(({ type }) => type).sort()).toEqual(Object.keys(DEFAULT_STATUS).sort());
  });

  it.each(responses)('answer $type as a problem of the contracts', ({ status, headers, templates }) => {
    const problem = fill(templates['application/json'] ?? '');
    const code = String(problem['type']).replace('urn:dure:problem:', '') as keyof typeof commonProblems;
    expect({ ...commonProblems, ...edgeProblems }[code]).toEqual({ status, title: problem['title'] });
    expect(problem).toMatchObject({ status, instance: VALUES['path'], requestId: VALUES['requestId'] });
    expect(headers).toMatchObject({
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
      'gatewayresponse.header.Link': `'<https://example.com/dev/docs/problems/${code}>; rel="help"'`,
      'gatewayresponse.header.Strict-Transport-Security': "'max-age=63072000; includeSubDomains'",
    });
  });

  it('name the field of a bad body, if API Gateway knows it', () => {
    const { templates } = responses.find(({ type }) => type === 'BAD_REQUEST_BODY') ?? {};
    const detail = '[object has missing required properties (["sku"])]';
    expect(fill(templates?.['application/json'] ?? '')).toMatchObject({
      type: 'urn:dure:problem:invalid-request',
      detail,
      errors: [{ in: 'body', field: '', pointer: '', detail }],
    });
  });

  it('say "not found" where API Gateway would mention a token', () => {
    const { status, templates } = responses.find(({ type }) => type === 'MISSING_AUTHENTICATION_TOKEN') ?? {};
    expect(status).toBe(404);
    expect(fill(templates?.['application/json'] ?? '')).not.toHaveProperty('detail');
  });
});
