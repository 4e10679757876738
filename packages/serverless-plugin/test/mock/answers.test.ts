import { contracts } from '@dure/contracts/all-contracts';
import { endpoint, type EndpointContract } from '@dure/contracts/contract';
import { compileTemplate, type TemplateInput } from '@dure/mapping-templates';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { mockAnswers } from '../../src/mock/answers.ts';
import { jsonTemplate } from '../../src/mock/template.ts';

const facts = { service: 'things', version: '1.2.3', commit: 'abc', stage: 'dev', before: '' };
const Thing = z.object({ id: z.string(), version: z.number() });
const put = {
  ...{
    name: 'PutThing',
    method: 'PUT' as const,
    path: '/things/{id}',
    version: 1,
    summary: 'Puts a thing',
    access: 'public' as const,
  },
  ifMatch: 'required',
  responses: { 200: { description: 'The thing', body: Thing, headers: ['etag', 'location'] } },
  problems: {
    'thing-taken': { status: 409, title: 'It is taken' },
    'thing-busy': { status: 409, title: 'It is busy', retryAfterSeconds: 3 },
    gone: { status: 404, title: 'It is gone' },
  },
  example: { params: { id: 'a' }, response: { id: '$1 #set', version: 7, _links: { self: { href: '/v1/things/a' } } } },
} as const;

/** What API Gateway does with them: chooses a response by the status, and renders its template. */
function ask(contract: EndpointContract, header: Record<string, string> = {}, path = '/dev/v1/things/a') {
  const input: TemplateInput = {
    ...{ body: '', stageVariables: {}, params: { header, querystring: {}, path: {} } },
    context: { path, requestId: 'the-request' },
  };
  const { request, responses } = mockAnswers(contract, facts);
  const { statusCode } = JSON.parse(compileTemplate(request)(input).text) as { statusCode: number };
  const chosen = Object.values(responses).find(({ pattern }) => pattern === String(statusCode));
  const response = chosen ?? Object.values(responses).find(({ pattern }) => pattern === '')!;
  const { text, responseOverride } = compileTemplate(response.template)(input);
  const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
  return { status: statusCode, body, headers: { ...response.headers, ...responseOverride.header } };
}

describe('a mock', () => {
  const contract = endpoint('things', put) as EndpointContract;
  const match = { 'If-Match': '"1"' };

  it('answers the example with its headers, and links that can be followed', () => {
    expect(ask(contract, match)).toMatchObject({
      status: 200,
      body: { id: '$1 #set', version: 7, _links: { self: { href: '/dev/v1/things/a' } } },
      headers: { etag: '"7"', location: '/dev/v1/things/a', 'Content-Type': "'application/json'" },
    });
    expect(ask(contract, match, '/base/path/v1/things/a').body).toMatchObject({
      _links: { self: { href: '/base/path/v1/things/a' } },
    });
  });

  it('returns a correlation id, and nothing else in its place', () => {
    const id = '01890a5d-ac97-7c3e-9d2f-6a1b5e8c4d70';
    expect(ask(contract, { ...match, 'x-correlation-id': id }).headers).toMatchObject({ 'x-correlation-id': id });
    expect(ask(contract, { ...match, 'x-correlation-id': 'a\r\nb' }).headers).toMatchObject({
      'x-correlation-id': 'the-request',
    });
  });

  it.each([
    ['code=404', 404, 'gone', undefined],
    ['code=409', 409, 'thing-taken', undefined],
    ['wait=1, code=thing-busy', 409, 'thing-busy', '3'],
    ['return=minimal; code="thing-taken"', 409, 'thing-taken', undefined],
    ['code=500', 500, 'internal-error', undefined],
    ['code=precondition-failed', 412, 'precondition-failed', undefined],
  ])('answers Prefer: %s with %i', (prefer, status, code, retryAfter) => {
    for (const header of ['Prefer', 'prefer']) {
      const { headers, ...answer } = ask(contract, { ...match, [header]: prefer });
      expect(answer).toMatchObject({
        status,
        body: { type: `urn:dure:problem:${code}`, status, instance: '/dev/v1/things/a', requestId: 'the-request' },
      });
      expect(headers).toMatchObject({
        'preference-applied': `code=${code}`,
        'Content-Type': "'application/problem+json'",
      });
      expect((headers as Record<string, string>)['retry-after']).toBe(retryAfter);
    }
  });

  it.each(['code=40', 'code=thing', 'mode=404', ''])('answers the example to Prefer: %s', (prefer) => {
    const { status, headers } = ask(contract, { ...match, Prefer: prefer });
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('preference-applied');
  });

  it('asks for If-Match as the service does', () => {
    const { status, body, headers } = ask(contract);
    expect({ status, body }).toMatchObject({ status: 428, body: { type: 'urn:dure:problem:precondition-required' } });
    expect(headers).not.toHaveProperty('preference-applied');
    expect(ask(contract, { 'if-match': '"1"' }).status).toBe(200);
  });

  it('says when its endpoint goes away', () => {
    const deprecated = { since: '2026-11-30', sunset: '2027-05-31', successor: 2 };
    expect(ask(endpoint('things', { ...put, deprecated }) as EndpointContract, match).headers).toMatchObject({
      deprecation: '@1795996800',
      link: '</dev/v2/things/a>; rel=successor-version',
    });
  });

  it('writes any JSON so that the template leaves it as it is', () => {
    const rendered = (value: unknown): unknown =>
      JSON.parse(
        compileTemplate(jsonTemplate(value))({
          ...{ body: '', context: {}, stageVariables: {}, params: { header: {}, querystring: {}, path: {} } },
        }).text,
      );
    const tricky = fc.array(fc.constantFrom('$', '#', '\\', '"', '{', '}', '!', '*', '[', ']', 'if', 'end', 'a', '\n'));
    fc.assert(
      fc.property(
        fc.oneof(
          tricky.map((parts) => ({ text: parts.join('') })),
          fc.dictionary(fc.string(), fc.jsonValue()),
        ),
        (value) => {
          expect(rendered({ value })).toEqual(JSON.parse(JSON.stringify({ value })));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the mocks of all contracts', () => {
  const endpoints = contracts.filter((it): it is EndpointContract => it.kind === 'endpoint');

  it.each(endpoints.map((it) => [`${it.owner} ${it.name}.v${it.version}`, it] as const))('%s parse', (_, contract) => {
    const { status, body } = ask(contract, { 'If-Match': '"1"' }, `/dev${contract.fullPath}`);
    const schema = contract.responses[status]?.body;
    if (schema === undefined) expect(body).toBeUndefined();
    else expect(z.safeParse(schema, body).error).toBeUndefined();
  });
});
