import { expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';
import { eventually } from '@dure/testing/eventually';
import { ended, orderFor, place, stockOne } from '@dure/testing/shop/shop';

const cloud = cloudUnderTest();

interface Trace {
  readonly resources: readonly { readonly service: string; readonly url: string }[];
  readonly events: readonly { readonly type: string; readonly correlationId: string; readonly data: object }[];
  readonly executions: readonly { readonly status: string; readonly states: readonly string[] }[];
  readonly deliveries: readonly { readonly outcome: string; readonly to: string }[];
  readonly links: { readonly logs: string; readonly requests: readonly string[] };
}

const trace = (id: string) => cloud.view(`trace?id=${id}`) as Promise<Trace>;

it('leads from an order to why it was rejected: events, steps, payment and logs', async () => {
  const { sku } = await stockOne(cloud, { onHand: 5 });
  const { orderId } = await place(
    cloud,
    orderFor([{ sku, quantity: 1 }], { paymentMethod: 'pm_card_visa_chargeDeclined' }),
  );
  await ended(cloud, orderId);
  const found = await eventually('The execution has ended', async () => {
    const answer = await trace(orderId);
    return answer.executions[0]?.status === 'RUNNING' ? undefined : answer;
  });
  const types = found.events.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['OrderPlaced.v1', 'PaymentDeclined.v1', 'OrderRejected.v1']));
  expect(found.events.find(({ type }) => type === 'PaymentDeclined.v1')?.data).toMatchObject({
    reason: 'card_declined',
  });
  expect(found.executions).toMatchObject([{ states: expect.arrayContaining(['AuthorisePayment', 'ReleaseStock']) }]);
  expect(found.deliveries.map(({ outcome }) => outcome)).toContain('delivered');

  const payment = found.resources.find(({ service }) => service === 'payments');
  const headers = await cloud.headers('operator');
  expect(await (await fetch(payment!.url, { headers })).json()).toMatchObject({
    status: 'declined',
    reason: 'card_declined',
  });
  const { records } = (await (await fetch(found.links.logs)).json()) as { records: unknown[] };
  expect(records.length).toBeGreaterThan(0);

  const [request] = found.links.requests;
  const ofRequest = (await (await fetch(request!)).json()) as Trace;
  expect(ofRequest.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['OrderPlaced.v1']));
});

it('says what it needs, and shows nothing of what it does not know', async () => {
  expect(await cloud.view('trace')).toMatchObject({ help: expect.stringContaining('/_cloud/trace?id=ID') });
  const nothing = { events: [], executions: [], deliveries: [], problems: [] };
  expect(await trace('01900000-0000-7000-8000-000000000000')).toMatchObject(nothing);
});
