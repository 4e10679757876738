import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, busArn, entry, eventually, putRule, queueArn, REGION, startBridge } from './bridge.ts';

describe('PutEvents (API_PutEvents)', () => {
  it('delivers the envelope of eb-events-structure', async () => {
    const { client, delivered } = await startBridge();
    await putRule(client, 'all');
    const Resources = ['arn:aws:s3:::a-bucket'];
    const Time = new Date('2026-03-04T05:06:07.890Z');
    const { Entries, FailedEntryCount } = await client.send(
      new PutEventsCommand({ Entries: [{ ...entry({ a: 1 }), Resources, Time, TraceHeader: 'Root=1-2-3' }] }),
    );
    await eventually(() => delivered.length === 1);
    expect(FailedEntryCount).toBe(0);
    expect(delivered[0]?.arn).toBe(queueArn('all'));
    expect(delivered[0]?.trace).toBe('Root=1-2-3');
    expect(JSON.parse(delivered[0]?.input ?? '')).toEqual({
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'Tested.v1',
      source: 'dure.test',
      account: ACCOUNT,
      time: '2026-03-04T05:06:07Z',
      region: REGION,
      resources: Resources,
      detail: { a: 1 },
    });
    expect(Entries?.[0]?.EventId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('hands on the trace of the request, through another bus, too', async () => {
    const { client, delivered } = await startBridge();
    await client.send(new CreateEventBusCommand({ Name: 'second' }));
    const EventPattern = JSON.stringify({ source: ['dure.test'] });
    await client.send(new PutRuleCommand({ Name: 'r', EventBusName: 'second', EventPattern }));
    await client.send(new PutRuleCommand({ Name: 'hop', EventPattern }));
    const hop = [{ Id: 't', Arn: busArn('second') }];
    await client.send(new PutTargetsCommand({ Rule: 'hop', Targets: hop }));
    const Targets = [{ Id: 't', Arn: queueArn('q') }];
    await client.send(new PutTargetsCommand({ Rule: 'r', EventBusName: 'second', Targets }));
    const command = new PutEventsCommand({ Entries: [entry()] });
    command.middlewareStack.add(
      (next) => async (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amzn-trace-id'] = 'Root=1-4-5';
        return next(args);
      },
      { step: 'build' },
    );
    await client.send(command);
    await eventually(() => delivered.length === 1);
    expect(delivered).toMatchObject([{ arn: queueArn('q'), trace: 'Root=1-4-5' }]);
  });

  it('shows the entries of a request that has too many', async () => {
    const { client } = await startBridge();
    const Entries = Array.from({ length: 11 }, () => ({
      Source: 's',
      DetailType: 'd',
      Detail: '{}',
      Resources: ['a', 'b'],
    }));
    const shown =
      'PutEventsRequestEntry(time=null, source=s, resources=[a, b], detailType=d, detail={}, eventBusName=null, ' +
      'traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)';
    await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toThrow(
      `1 validation error detected: Value '[${Array.from({ length: 11 }, () => shown).join(', ')}]' at 'entries' ` +
        'failed to satisfy constraint: Member must have length less than or equal to 10',
    );
  });

  it('keeps the text of the detail, numbers beyond double precision too', async () => {
    const { client, delivered } = await startBridge();
    await putRule(client, 'all');
    await client.send(new PutEventsCommand({ Entries: [{ ...entry(), Detail: '{"n": 12345678901234567890}' }] }));
    await eventually(() => delivered.length === 1);
    expect(delivered[0]?.input).toContain('{"n": 12345678901234567890}');
  });

  it.each([
    [
      'Source',
      { Source: undefined },
      'InvalidArgument',
      'Parameter Source is not valid. Reason: Source is a required argument.',
    ],
    [
      'DetailType',
      { DetailType: undefined },
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    ],
    [
      'Detail',
      { Detail: undefined },
      'InvalidArgument',
      'Parameter Detail is not valid. Reason: Detail is a required argument.',
    ],
    ['text that is not JSON', { Detail: '{"a":' }, 'MalformedDetail', 'Detail is malformed.'],
    ['a JSON string', { Detail: '"text"' }, 'MalformedDetail', 'Detail is malformed.'],
    ['a JSON array', { Detail: '[{"a":1}]' }, 'MalformedDetail', 'Detail is malformed.'],
    ['a source of AWS', { Source: 'aws.ec2' }, 'NotAuthorizedForSourceException', 'Not authorized for the source.'],
  ])('refuses an entry for its %s and takes the others', async (_, wrong, ErrorCode, ErrorMessage) => {
    const { client, delivered, bridge } = await startBridge();
    await putRule(client, 'all');
    const Entries = [entry({ n: 1 }), { ...entry({ n: 2 }), ...wrong }, entry({ n: 3 })];
    const answer = await client.send(new PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.map(({ EventId }) => EventId !== undefined)).toEqual([true, false, true]);
    expect(answer.Entries?.[1]).toEqual({ ErrorCode, ErrorMessage });
    await eventually(() => bridge.idle());
    expect(delivered.map(({ input }) => JSON.parse(input).detail.n)).toEqual([1, 3]);
  });

  it.each([
    ['none', 0, 'Member must have length greater than or equal to 1'],
    ['eleven', 11, 'Member must have length less than or equal to 10'],
  ])('takes 1 to 10 entries: not %s', async (_, count, message) => {
    const { client } = await startBridge();
    const request = client.send(new PutEventsCommand({ Entries: Array.from({ length: count }, () => entry()) }));
    await expect(request).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('counts 1 MB over all entries as eb-putevent-size says: UTF-8 bytes, 14 for a time', async () => {
    const { client, delivered, bridge } = await startBridge();
    await putRule(client, 'all');
    const overhead = Buffer.byteLength('dure.test') + Buffer.byteLength('Tested.v1') + Buffer.byteLength('{"t":""}');
    const ofBytes = (bytes: number) => entry({ t: 'é'.repeat((bytes - overhead) / 2) });
    const half = 512 * 1024;
    await client.send(new PutEventsCommand({ Entries: [ofBytes(half), ofBytes(half)] }));
    await eventually(() => bridge.idle());
    expect(delivered).toHaveLength(2);
    for (const more of [{ Time: new Date() }, { Resources: ['x'] }]) {
      const request = client.send(new PutEventsCommand({ Entries: [ofBytes(half), { ...ofBytes(half), ...more }] }));
      const message = 'Total size of the entries in the request is over the limit.';
      await expect(request).rejects.toMatchObject({ name: 'ValidationException', message });
    }
    expect(bridge.idle()).toBe(true);
  });

  it('takes a bus by name or ARN, and answers an id for a bus that does not exist', async () => {
    const { client, delivered, bridge } = await startBridge();
    await client.send(new CreateEventBusCommand({ Name: 'orders' }));
    await putRule(client, 'on-orders', { bus: 'orders' });
    await putRule(client, 'on-default');
    const { Entries, FailedEntryCount } = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...entry({ n: 1 }), EventBusName: 'orders' },
          { ...entry({ n: 2 }), EventBusName: busArn('orders') },
          { ...entry({ n: 3 }), EventBusName: 'nowhere' },
          entry({ n: 4 }),
        ],
      }),
    );
    await eventually(() => bridge.idle());
    expect(FailedEntryCount).toBe(0);
    expect(Entries?.every(({ EventId }) => EventId !== undefined)).toBe(true);
    const seen = delivered.map(({ arn, input }) => [arn, JSON.parse(input).detail.n]).sort();
    expect(seen).toEqual([
      [queueArn('on-default'), 4],
      [queueArn('on-orders'), 1],
      [queueArn('on-orders'), 2],
    ]);
  });

  it('refuses by name what it does not do', async () => {
    const { client, bridge } = await startBridge();
    const endpoint = client.send(new PutEventsCommand({ Entries: [entry()], EndpointId: 'abc.def' }));
    await expect(endpoint).rejects.toThrow();
    await expect(bridge.handle('PutEvents', { Entries: [entry()], EndpointId: 'abc.def' })).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining('EndpointId'),
    });
    await expect(bridge.handle('CreateConnection', {})).rejects.toMatchObject({
      code: 'UnknownOperationException',
      message: expect.stringContaining('CreateConnection'),
    });
  });
});
