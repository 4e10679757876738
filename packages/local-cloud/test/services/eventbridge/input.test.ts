import { PutEventsCommand, type Target } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, entry, eventually, putRule, queueArn, REGION, startBridge, type TestBridge } from './bridge.ts';

const detail = {
  id: 'i-1',
  valid: true,
  count: 3,
  quote: 'say "hi"',
  none: null,
  list: ['HIGH', 'LOW'],
  lines: [{ sku: 'a' }, { sku: 'b' }],
  payload: { acc_id: '0a', sf_id: 'baz' },
  'a-b': { c_d: 1 },
};
const paths = {
  id: '$.detail.id',
  type: '$.detail-type',
  valid: '$.detail.valid',
  count: '$.detail.count',
  quote: '$.detail.quote',
  list: '$.detail.list',
  first: '$.detail.list[0]',
  skus: '$.detail.lines[*].sku',
  payload: '$.detail.payload',
  missing: '$.detail.missing',
};

async function send(target: Partial<Target>): Promise<TestBridge> {
  const local = await startBridge();
  await putRule(local.client, 'r', { target: { ...target, DeadLetterConfig: { Arn: queueArn('dead') } } });
  await local.client.send(new PutEventsCommand({ Entries: [entry(detail)] }));
  await eventually(() => local.bridge.idle());
  return local;
}

async function inputOf(target: Partial<Target>): Promise<string | undefined> {
  const { delivered } = await send(target);
  expect(delivered).toHaveLength(1);
  return delivered[0]?.input;
}

describe('Input and InputPath (API_Target)', () => {
  it('sends constant text as it is', async () => {
    expect(await inputOf({ Input: '{"always": [1, 2]}' })).toBe('{"always": [1, 2]}');
  });

  it.each([
    ['$.detail.payload', '{"acc_id":"0a","sf_id":"baz"}'],
    ['$.detail.payload.sf_id', '"baz"'],
    ['$.detail.list[1]', '"LOW"'],
    ['$.detail.list', '["HIGH","LOW"]'],
    ['$.detail.lines[*].sku', '["a","b"]'],
    ['$.detail.payload.*', '["0a","baz"]'],
    ["$.detail['a-b'].c_d", '1'],
    ['$.detail.a-b.c_d', '1'],
    ['$.detail.nothing', 'null'],
    ['$.detail.list[9]', 'null'],
    ['$.detail.id.length', 'null'],
  ])('sends what the path %s finds', async (InputPath, expected) => {
    expect(await inputOf({ InputPath })).toBe(expected);
  });
});

describe('input transformers (eb-transform-target-input)', () => {
  it.each([
    ['values in a JSON template', '{"id" : <id>, "n": <count>, "ok": <valid>}', '{"id" : "i-1", "n": 3, "ok": true}'],
    [
      'objects and lists',
      '{"p": <payload>, "l": [<first>, <list>]}',
      '{"p": {"acc_id":"0a","sf_id":"baz"}, "l": ["HIGH", ["HIGH","LOW"]]}',
    ],
    [
      'values in quotes',
      '{"path": "users/<id>/second/<id>", "n": "<count>"}',
      '{"path": "users/i-1/second/i-1", "n": "3"}',
    ],
    [
      'what needs escaping, in and out of quotes',
      '{"a": "<quote>", "b": <quote>}',
      '{"a": "say \\"hi\\"", "b": "say \\"hi\\""}',
    ],
    ['a variable without a value', '{"a": <missing>, "b": "<missing>"}', '{"a": "", "b": ""}'],
    ['several values by a wildcard', '{"skus": <skus>}', '{"skus": ["a","b"]}'],
    ['a template of one string', '"<type> of <id>, valid: <valid>"', '"Tested.v1 of i-1, valid: true"'],
    ['objects in strings lose their quotes', '"<payload> and <list>"', '"{acc_id:0a,sf_id:baz} and [HIGH,LOW]"'],
    ['several strings, one a line', '"<id> user"\n"<first> list"', '"i-1 user"\n"HIGH list"'],
    ['a less-than sign that opens no placeholder', '"1 < 2 and <id>"', '"1 < 2 and i-1"'],
  ])('%s', async (_, InputTemplate, expected) => {
    expect(await inputOf({ InputTransformer: { InputPathsMap: paths, InputTemplate } })).toBe(expected);
  });

  it('the reserved variables', async () => {
    const InputTemplate =
      '{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>, ' +
      '"bare": <aws.events.event>, "whole": <aws.events.event.json>}';
    const input = JSON.parse((await inputOf({ InputTransformer: { InputTemplate } })) ?? '');
    expect(input).toMatchObject({
      arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/r`,
      name: 'r',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      bare: { source: 'dure.test', detailType: 'Tested.v1', account: ACCOUNT, version: '0' },
      whole: { source: 'dure.test', 'detail-type': 'Tested.v1', detail },
    });
    expect(input.bare).not.toHaveProperty('detail');
  });

  it('what does not come out as JSON goes to the dead-letter queue without a retry', async () => {
    const InputTransformer = { InputPathsMap: paths, InputTemplate: '{"list": "<list>"}' };
    const { delivered, deadLetters } = await send({ InputTransformer });
    expect(delivered).toEqual([]);
    expect(deadLetters).toHaveLength(1);
    expect(deadLetters[0]?.attributes).toMatchObject({ ERROR_CODE: 'INVALID_INPUT', RETRY_ATTEMPTS: '0' });
  });
});
