import { afterEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { exampleEnvelope } from '../generate/examples.ts';
import { beginCall, callOf, scheduledCall } from '../src/binding/call.ts';
import { Traceparent } from '../src/contracts/envelope.ts';
import { Instant, Uuid } from '../src/contracts/values.ts';
import { captureLogs } from './logs.ts';
import { ThingChanged } from './things.ts';

const traceOf = (traceparent: string) => traceparent.split('-')[1];
const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

describe('a call', () => {
  it('begins with its own ids, trace and time', () => {
    const [call, other] = [beginCall(), beginCall()];
    expect(z.parse(Uuid, call.id)).toBe(call.correlationId);
    expect(z.parse(Traceparent, call.traceparent)).toMatch(/-01$/);
    expect(Math.abs(Date.parse(z.parse(Instant, call.time)) - Date.now())).toBeLessThan(60_000);
    expect([call.actor, call.replyTo, call.marker, call.state]).toEqual([
      'anonymous',
      undefined,
      undefined,
      { committed: false },
    ]);
    expect(new Set([call.id, other.id, traceOf(call.traceparent), traceOf(other.traceparent)]).size).toBe(4);
    expect(call.id < other.id).toBe(true);
  });

  // https://www.w3.org/TR/trace-context/#mutating-the-traceparent-field
  it('continues a trace: the same trace and flags, another span', () => {
    const { traceparent } = beginCall({ traceparent: parent });
    expect(traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00$/);
    expect(traceparent).not.toBe(parent);
  });

  it.each(['', '00-0-0-0', parent.toUpperCase(), `${parent}-x`, `01${parent.slice(2)}`])(
    'begins a trace where %p is none',
    (traceparent) => {
      const begun = beginCall({ traceparent }).traceparent;
      expect(z.parse(Traceparent, begun)).not.toContain('4bf92f3577b34da6a3ce929d0e0e4736');
    },
  );

  it.each([
    ['Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1', '01'],
    ['Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a87bd80c:0', '00'],
  ])('begins in the trace that X-Ray began: %s', (header, flags) => {
    process.env['_X_AMZN_TRACE_ID'] = header;
    try {
      const span = '[0-9a-f]{16}';
      const trace = '5759e988bd862e3fe1be46a994272793';
      expect(beginCall().traceparent).toMatch(new RegExp(`^00-${trace}-${span}-${flags}$`));
      expect(beginCall({ traceparent: parent }).traceparent).toContain(traceOf(parent));
    } finally {
      delete process.env['_X_AMZN_TRACE_ID'];
    }
  });

  it('of a message goes on where the message came from', () => {
    const envelope = { ...exampleEnvelope(ThingChanged), actor: 'customer:7', replyto: 'address' };
    const call = callOf(envelope, 'stock');
    expect(call).toMatchObject({
      ...{ id: envelope.id, correlationId: envelope.correlationid, actor: 'customer:7' },
      ...{ replyTo: 'address', marker: { pk: `INBOX#stock#${envelope.id}` } },
    });
    expect(traceOf(call.traceparent)).toBe(traceOf(envelope.traceparent));
  });
});

describe('the log of a call', () => {
  const logs = captureLogs();
  const root = '5759e988bd862e3fe1be46a994272793';
  const xray = `1-${root.slice(0, 8)}-${root.slice(8)}`;
  const header = (sampled: number) => `Root=${xray};Parent=53995c3f42cd8ad8;Sampled=${sampled}`;
  afterEach(() => void delete process.env['_X_AMZN_TRACE_ID']);

  it.each([
    ['no trace that nobody records', parent, header(0), {}],
    ['its trace, which X-Ray began', undefined, header(1), { traceparent: expect.stringContaining(root), xray }],
    [
      'the trace that came with it, and the one of X-Ray',
      parent.replace(/00$/, '01'),
      header(1),
      {
        traceparent: expect.stringContaining(traceOf(parent)!),
        xray,
      },
    ],
    ['the one of X-Ray alone', parent, header(1), { xray }],
    // Of the flags only the lowest means that a trace is recorded; W3C's second level adds one that says it is random.
    [
      'a trace that is recorded and random',
      parent.replace(/00$/, '03'),
      header(0),
      { traceparent: expect.any(String) },
    ],
    ['no trace that is only random', parent.replace(/00$/, '02'), header(0), {}],
  ])('says %s', (_, traceparent, header, said) => {
    process.env['_X_AMZN_TRACE_ID'] = header;
    beginCall({ id: 'i', correlationId: 'c', traceparent }).log.info('m');
    expect(logs).toEqual([{ level: 'info', message: 'm', correlationId: 'c', callId: 'i', ...said }]);
  });

  it('says an id once that is both', () => {
    beginCall({ id: 'i', traceparent: parent }).log.info('m');
    expect(logs).toEqual([{ level: 'info', message: 'm', correlationId: 'i' }]);
  });
});

describe('the call of a job', () => {
  afterEach(() => {
    delete process.env['SERVICE_NAME'];
  });

  it('is done by the service', () => {
    process.env['SERVICE_NAME'] = 'things';
    expect(scheduledCall('sweep').actor).toBe('service:things/sweep');
  });
});
