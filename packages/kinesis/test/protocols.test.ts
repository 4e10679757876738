import { randomUUID } from 'node:crypto';
import { cbor } from '@smithy/core/cbor';
import { describe, expect, it } from '@jest/globals';
import { createStream, endpoint, put } from './harness.ts';

const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/kinesis/aws4_request, Signature=0';

async function ask(action: string, contentType: string, body: string | Uint8Array<ArrayBuffer>) {
  const headers = { authorization, 'content-type': contentType, 'x-amz-target': `Kinesis_20131202.${action}` };
  const answer = await fetch(endpoint, { method: 'POST', headers, body });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

const CBOR = 'application/x-amz-cbor-1.1';
async function askInCbor(action: string, input: object | Uint8Array) {
  const { status, type, body } = await ask(
    action,
    CBOR,
    Uint8Array.from(input instanceof Uint8Array ? input : cbor.serialize(input)),
  );
  expect(type).toBe(CBOR);
  return { status, output: cbor.deserialize(body) as Record<string, unknown> };
}

describe('CBOR, as the clients of Java speak it', () => {
  it('has bytes as bytes and times as tagged milliseconds', async () => {
    const StreamName = await createStream();
    const Data = Uint8Array.of(0, 255, 1);
    const sent = await askInCbor('PutRecord', { StreamName, Data, PartitionKey: 'k' });
    expect(sent).toMatchObject({ status: 200, output: { ShardId: 'shardId-000000000000' } });
    const shard = { StreamName, ShardId: 'shardId-000000000000' };
    const made = await askInCbor('GetShardIterator', { ...shard, ShardIteratorType: 'TRIM_HORIZON' });
    const { output } = await askInCbor('GetRecords', { ShardIterator: made.output['ShardIterator'] });
    const [record] = output['Records'] as {
      Data: Uint8Array;
      ApproximateArrivalTimestamp: { tag: number; value: number };
    }[];
    expect([...record!.Data]).toEqual([0, 255, 1]);
    expect(record!.ApproximateArrivalTimestamp.tag).toBe(1);
    expect(Math.abs(record!.ApproximateArrivalTimestamp.value - Date.now())).toBeLessThan(60_000);
  });

  it('reads times in milliseconds, which the library writes in seconds', async () => {
    const StreamName = await createStream();
    await put(StreamName, 'x');
    const at = async (milliseconds: number) => {
      const input = { StreamName, ShardId: 'shardId-0', ShardIteratorType: 'AT_TIMESTAMP' };
      const time = Buffer.alloc(9);
      time.writeUInt8(0x1b);
      time.writeBigUInt64BE(BigInt(milliseconds), 1);
      const [head, ...entries] = cbor.serialize(input);
      const key = cbor.serialize('Timestamp');
      const map = Buffer.concat([Buffer.of(head! + 1), Buffer.from(entries), key, Buffer.of(0xc1), time]);
      return askInCbor('GetShardIterator', map);
    };
    expect(await at(Date.now() - 60_000)).toMatchObject({ status: 200 });
    expect(await at(Date.now() + 60_000)).toMatchObject({ status: 400 });
  });

  it('has errors in CBOR too', async () => {
    const { status, output } = await askInCbor('DescribeStream', { StreamName: `none-${randomUUID()}` });
    expect({ status, type: output['__type'] }).toEqual({ status: 400, type: 'ResourceNotFoundException' });
    expect((await askInCbor('ListStreams', Uint8Array.of(0xbf))).output['__type']).toBe('SerializationException');
    expect((await askInCbor('ListStreams', Uint8Array.of(0x01))).output['__type']).toBe('SerializationException');
  });
});

it.each([
  ['not JSON', 'ListStreams', '{', 'SerializationException'],
  [
    'bytes that are not base64',
    'PutRecord',
    '{"StreamName":"a","PartitionKey":"k","Data":"?"}',
    'SerializationException',
  ],
  ['an unknown action', 'Fly', '{}', 'UnknownOperationException'],
  ['an action of every object', 'constructor', '{}', 'UnknownOperationException'],
  ['records that are none', 'PutRecords', '{"StreamName":"a","Records":[1]}', 'ValidationException'],
  ['tags that are none', 'CreateStream', '{"StreamName":"a","Tags":[1]}', 'ValidationException'],
  ['a number for a name', 'DescribeStream', '{"StreamName":5}', 'ValidationException'],
])('answers 400 for %s', async (_name, action, body, code) => {
  const answer = await ask(action, 'application/x-amz-json-1.1', body);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body.toString('utf8'))).toMatchObject({ __type: code, message: expect.any(String) });
});
