import { ReportMeshBreaker } from '@dure/contracts/control-plane';
import { busRecord, call, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { breakersOf } from '../src/domain/breaker.ts';
import { api, get, newService, published, put } from './service.ts';

const BREAKER = '/mesh/breakers/{service}';
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const open = (service: string, until: string) => put(BREAKER, { service }, { until, why: 'It is being moved' });
const close = (service: string) => call(api, { method: 'DELETE', resource: `/v1${BREAKER}`, params: { service } });
const shown = async (service: string) =>
  ((await get('/mesh/breakers')).body['items'] as { service: string }[]).find((item) => item.service === service);

async function report(service: string, from: number, until: number, reporters = 3) {
  const { handler } = await import('../src/events/reports.ts');
  const data = { caller: 'gateway', service, openedAt: inMinutes(from), openUntil: inMinutes(until), reporters };
  const record = busRecord({ contract: ReportMeshBreaker, subject: service, data });
  expect(await handler(sqsEvent(record), lambdaContext)).toEqual({ batchItemFailures: [] });
}

it('opens by hand until a moment, closes, and tells both', async () => {
  const service = newService();
  const until = inMinutes(10);
  expect(await open(service, until)).toMatchObject({
    status: 200,
    body: {
      service,
      state: 'open',
      byHand: { revision: 1, state: 'open', until, why: 'It is being moved' },
      callers: [],
    },
  });
  expect(await shown(service)).toMatchObject({ state: 'open' });
  expect((await close(service)).status).toBe(204);
  expect(await shown(service)).toMatchObject({ state: 'closed', byHand: { revision: 2, state: 'closed' } });
  expect(await published(`breaker/${service}`)).toMatchObject([
    { type: 'dure.control-plane.MeshBreakerSet.v1', sequence: 1, data: { service, revision: 1, state: 'open', until } },
    { sequence: 2, data: { service, revision: 2, state: 'closed' } },
  ]);
});

it('shows what callers found out, until an operator says otherwise', async () => {
  const service = newService();
  await report(service, -1, 5);
  await report(service, -3, -2, 9);
  expect(await shown(service)).toMatchObject({ state: 'open', callers: [{ caller: 'gateway', reporters: 3 }] });
  await close(service);
  expect(await shown(service)).toMatchObject({ state: 'closed', callers: [{ caller: 'gateway' }] });
});

describe('an end of a breaker', () => {
  it.each([
    ['in the past', -1],
    ['in two days', 2_880],
  ])('%s is refused', async (_, minutes) => {
    const service = newService();
    const { status, body } = await open(service, inMinutes(minutes));
    expect([status, body['errors']]).toMatchObject([400, [{ pointer: '/until' }]]);
    expect(await shown(service)).toBeUndefined();
  });
});

it('is open only while somebody says so', () => {
  const minute = fc.integer({ min: 0, max: 59 }).map((it) => `2026-01-05T09:${String(it).padStart(2, '0')}:00.000Z`);
  fc.assert(
    fc.property(
      minute,
      fc.option(minute, { nil: undefined }),
      minute,
      minute,
      minute,
      (at, until, openedAt, openUntil, now) => {
        const hand = {
          revision: 1,
          state: until === undefined ? ('closed' as const) : ('open' as const),
          until,
          at,
          actor: 'a',
        };
        const found = { caller: 'gateway', service: 'orders', openedAt, openUntil, reporters: 2 };
        const [breaker] = breakersOf(new Map([['orders', hand]]), [found], now);
        const isOpen = (until !== undefined && until > now) || (openUntil > now && openedAt > at);
        expect(breaker?.state).toBe(isOpen ? 'open' : 'closed');
      },
    ),
  );
});
