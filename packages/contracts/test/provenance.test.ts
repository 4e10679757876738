import { busRecord, lambdaContext, sqsEvent, sqsRecord } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { consumer } from '../src/binding/consumer.ts';
import { command, consumes } from '../src/contracts/contract.ts';
import { type ForeignMessage, on, onAny, onForeign, type Subscription } from '../src/binding/message.ts';
import { captureLogs } from './logs.ts';
import { ThingChanged } from './things.ts';

const PaintThing = command('painters', 'PaintThing', 1, z.object({ id: z.string() }), {
  senders: ['things', 'shops'],
  description: 'For tests.',
  example: { id: 'a' },
});

captureLogs();

interface BusEvent {
  source: string;
  'detail-type': string;
  detail: Record<string, unknown>;
}

/** A record of the bus, changed. */
function forged(contract: typeof ThingChanged | typeof PaintThing, change: (event: BusEvent) => void): SQSRecord {
  const record = busRecord({ contract, subject: 'a', sequence: 1, data: { id: 'a', size: 1 } });
  const event = JSON.parse(record.body) as BusEvent;
  change(event);
  return { ...record, body: JSON.stringify(event) };
}

const from = (source: string) => (event: BusEvent) => {
  event.source = source;
  event.detail['source'] = source;
};

/** The messages that each of these subscriptions handled. The dead-letter queue does not exist. */
async function handle(record: SQSRecord, ...subscriptions: Subscription[]): Promise<boolean> {
  const queue = { url: 'http://127.0.0.1:9/none', deadLetterUrl: 'http://127.0.0.1:9/none', maxReceives: 9 };
  const { batchItemFailures } = await consumer('tests', subscriptions, queue)(sqsEvent(record), lambdaContext);
  return batchItemFailures.length === 0;
}

/** The reason for which a message is foreign to a consumer; undefined where its handler got it. */
async function reasonFor(record: SQSRecord, subscription: (handled: () => void) => Subscription) {
  let handled = false;
  let foreign: ForeignMessage | undefined;
  const own = subscription(() => void (handled = true));
  const rest = onForeign((message) => Promise.resolve(void (foreign = message)));
  expect(await handle(record, own, rest)).toBe(true);
  expect(handled).toBe(foreign === undefined);
  return foreign?.reason;
}

const things = (handled: () => void) =>
  on(consumes(ThingChanged, ['size']), async () => {
    handled();
  });
const paint = (handled: () => void) =>
  on(consumes(PaintThing, ['id']), async () => {
    handled();
  });
const any = (handled: () => void) =>
  onAny(async () => {
    handled();
  });

describe('a message is handled when bus, envelope and contract agree', () => {
  it.each<[string, SQSRecord, (handled: () => void) => Subscription]>([
    ['an event of its owner', forged(ThingChanged, () => undefined), things],
    ['a command of each of its senders: things', forged(PaintThing, from('dure.things')), paint],
    ['a command of each of its senders: shops', forged(PaintThing, from('dure.shops')), paint],
    ['an event of its owner, where any is taken', forged(ThingChanged, () => undefined), any],
  ])('%s', async (_, record, subscription) => {
    expect(await reasonFor(record, subscription)).toBeUndefined();
  });
});

describe('a message is foreign', () => {
  it.each<[string, SQSRecord, (handled: () => void) => Subscription, string]>([
    [
      'from who does not own the event',
      forged(ThingChanged, from('dure.evil')),
      things,
      'dure.evil may not send dure.things.ThingChanged.v1: dure.things may.',
    ],
    [
      'from who may not send the command, though it is its owner',
      forged(PaintThing, from('dure.painters')),
      paint,
      'dure.painters may not send dure.painters.PaintThing.v1: dure.things and dure.shops may.',
    ],
    [
      'from who does not own the event, where any is taken',
      forged(ThingChanged, from('dure.evil')),
      any,
      'dure.evil may not send dure.things.ThingChanged.v1: dure.things may.',
    ],
    [
      'that came to the bus from somebody else than its envelope says',
      forged(ThingChanged, (event) => void (event.source = 'com.evil')),
      things,
      'It came from com.evil, and its envelope says dure.things.',
    ],
    [
      'whose detail-type is another',
      forged(ThingChanged, (event) => void (event['detail-type'] = 'ThingMade.v1')),
      things,
      'It came as ThingMade.v1, and its envelope says dure.things.ThingChanged.v1.',
    ],
    [
      'whose schema is another',
      forged(ThingChanged, (event) => void (event.detail['dataschema'] = 'urn:dure:schema:things:Other:1')),
      things,
      'Its dataschema is urn:dure:schema:things:Other:1, and that of dure.things.ThingChanged.v1 is urn:dure:schema:things:ThingChanged:1.',
    ],
    ['without an envelope', forged(ThingChanged, (event) => void (event.detail = { hello: 1 })), things, 'envelope'],
    ['whose data is not an object', forged(ThingChanged, (event) => void (event.detail['data'] = [1])), any, 'data'],
  ])('%s', async (_, record, subscription, reason) => {
    expect(await reasonFor(record, subscription)).toContain(reason);
  });

  it('fails without a subscription for foreign messages, so that it is dead-lettered', async () => {
    let handled = false;
    const own = things(() => void (handled = true));
    // The dead-letter queue does not answer, so that the message stays.
    expect(await handle(forged(ThingChanged, from('dure.evil')), own)).toBe(false);
    expect(handled).toBe(false);
  });

  it('only as an event of the bus: a message that is not JSON is still dead-lettered', async () => {
    const foreign = onForeign(() => Promise.reject(new Error('It was handed over.')));
    expect(await handle(sqsRecord('{'), foreign)).toBe(false);
  });

  it('by whom the handler says, where any is taken', async () => {
    const by = (senders: readonly string[]) => (handled: () => void) =>
      onAny(
        async () => {
          handled();
        },
        () => senders,
      );
    expect(await reasonFor(forged(PaintThing, from('dure.shops')), by(['shops']))).toBeUndefined();
    expect(await reasonFor(forged(PaintThing, from('dure.shops')), by([]))).toContain('nobody may');
  });
});
