import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { contracts } from '@dure/contracts/all-contracts';
import { Envelope } from '@dure/contracts/envelope';
import { createStepFunctions } from '@dure/local-cloud/services/stepfunctions/index';
import { afterAll, expect, it } from '@jest/globals';
import { beginCall } from '@dure/contracts/binding/call';
import { answerWorkflow } from '../src/application/answer-workflow.ts';
import { changeOrder } from '../src/application/change-order.ts';
import { decide, type OrderCommand } from '../src/domain/decide.ts';
import type { Ending } from '../src/domain/ending.ts';
import type { Order } from '../src/domain/order.ts';
import { readAddress } from '../src/domain/return-address.ts';
import type { Answer } from '../src/domain/step-answers.ts';
import type { Workflow } from '../src/workflow.ts';
import { orderBody } from './setup.ts';
import { memoryStore } from './support/memory-store.ts';

// Time-outs of the state machine count in whole seconds.
/** How the neighbours answer a command: with success and data, an error, or (undefined) not at all. */
type Answers = Partial<Record<string, 'ok' | { output: object } | { error: string; cause?: object }>>;

const mug = [{ sku: 'MUG', quantity: 1 }];
const parcels = [{ shipmentId: '01890a5d-e5f6-7c44-ad9b-5c6d7e8f9012', carrier: 'sandbox', trackingNumber: 'SBX1' }];
const located = [{ sku: 'MUG', quantity: 1, location: 'north' }];

/** The neighbours' answers when all goes well. */
const usual: Answers = {
  ReserveStock: { output: { lines: located } },
  ShipOrder: { output: { parcels } },
  AwaitDelivery: { output: { delivered: mug, returned: [], lost: [] } },
};

/** The events with which the neighbours answer. */
const ANSWERS: Readonly<Record<string, Answer['type']>> = {
  ReserveStock: 'StockReserved',
  AuthorisePayment: 'PaymentAuthorised',
  ShipOrder: 'OrderDispatched',
  CapturePayment: 'PaymentCaptured',
  CommitStock: 'StockCommitted',
  AwaitDelivery: 'ShippingSettled',
  CancelShipping: 'ShippingCancelled',
  CancelPayment: 'PaymentVoided',
  ReleaseStock: 'StockReleased',
  ReturnStock: 'StockReturned',
  RefundAmount: 'PaymentRefunded',
};

interface Run {
  readonly order: Order;
  /** How many states were entered, and how many decisions were asked of the step function. */
  readonly transitions: number;
  readonly steps: number;
  readonly commands: string[];
  /** The data of the last command of each name. */
  readonly data: Record<string, unknown>;
  readonly status: string;
  /** The decided ending of the order. */
  readonly ending?: Ending;
}

const definition = JSON.parse(
  readFileSync(new URL('../checkout.asl.json', import.meta.url), 'utf8')
    .replaceAll('${BusName}', 'dure-test')
    .replaceAll('${WorkflowStepArn}', 'arn:aws:lambda:us-east-1:000000000000:function:workflow-step')
    .replaceAll('${WorkflowAnswersArn}', 'arn:aws:lambda:us-east-1:000000000000:function:workflow-answers')
    // Deadlines short enough to expire during the test.
    .replace(/"(TimeoutSeconds|IntervalSeconds|BackoffRate)": \d+/g, '"$1": 1')
    .replace('"TimeoutSeconds": 1,\n  "States"', '"TimeoutSeconds": 60,\n  "States"'),
) as object;

const stops: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

const { items: _items, ...body } = orderBody('MUG');
const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const products = new Map([
  ['MUG', { sku: 'MUG', title: 'Mug', price: { amount: 100, currency: 'EUR' }, status: 'active' as const }],
]);
const place: OrderCommand = { type: 'place', orderId, ...body, items: [{ sku: 'MUG', quantity: 1 }], products };

type Step = OrderCommand | { readonly type: 'decideEnding'; readonly ending: Ending };

/** Runs the real state machine and the real decisions; the neighbours answer as given, with `later` the second time. */
async function run(
  given: Answers,
  mode = 'checkout',
  before: OrderCommand[] = [],
  { later = {}, ending }: { readonly later?: Answers; readonly ending?: Ending } = {},
): Promise<Run> {
  const answers = { ...usual, ...given };
  const { orders, workflows } = memoryStore((_, write) => Promise.resolve(write()));
  for (const command of [place, ...before]) {
    const loaded = await orders.load(orderId);
    const decision = decide(command, loaded.order);
    if ('events' in decision) await orders.append(beginCall(), loaded, decision.events);
  }
  if (ending !== undefined) await workflows.decideEnding(orderId, ending);
  const change = (command: OrderCommand) => changeOrder(orders, beginCall(), orderId, command);
  const commands: string[] = [];
  const data: Record<string, unknown> = {};
  let steps = 0;
  const database = new DatabaseSync(':memory:');
  const sfn = createStepFunctions({
    database,
    accountId: '000000000000',
    region: 'us-east-1',
    log: () => undefined,
    sdk: { has: () => true, call: () => Promise.reject(new Error('not used')) },
    announce: () => undefined,
    writeLog: () => undefined,
    invokeLambda: async (_, payload) => {
      const { command } = payload as { command: Step };
      steps += 1;
      if (command.type === 'decideEnding') {
        return { ok: true, payload: await workflows.decideEnding(orderId, command.ending) };
      }
      await change(command);
      return { ok: true, payload: {} };
    },
    putEvents: async (entries) => {
      for (const entry of entries) {
        const { DetailType, Detail } = entry as { DetailType: string; Detail: string };
        const name = DetailType.replace('.v1', '');
        commands.push(name);
        const { data: asked, replyto } = checked(Detail);
        data[name] = asked;
        if (answers[`Customer during ${name}`] !== undefined) await change({ type: 'requestCancellation' });
        void answer(name, String(replyto));
      }
      return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: '1' })) };
    },
  });
  stops.push(() => sfn.stop());

  /** False when no step waits for the token any more. */
  const give = (action: string, request: Record<string, unknown>) =>
    sfn.handle(action, request).then(
      () => true,
      () => false,
    );
  const workflow: Pick<Workflow, 'succeed' | 'fail'> = {
    succeed: (taskToken, output) => give('SendTaskSuccess', { taskToken, output: JSON.stringify(output) }),
    fail: (taskToken, error, cause) => give('SendTaskFailure', { taskToken, error, cause: JSON.stringify(cause) }),
  };

  async function answer(name: string, replyTo: string): Promise<void> {
    const given = answers[name] ?? (name in answers ? undefined : 'ok');
    if (name in later) answers[name] = later[name];
    if (given === undefined) return;
    const call = beginCall({ replyTo });
    const answered = (type: Answer['type'], output: object) =>
      answerWorkflow({ orders, workflows, workflow }, call, orderId, { type, data: output } as unknown as Answer);
    if (given === 'ok') return answered(ANSWERS[name] as Answer['type'], {});
    if ('output' in given) return answered(ANSWERS[name] as Answer['type'], given.output);
    const { error, cause = {} } = given;
    if (error === 'ShippingCancellationRefused') return answered(error, cause);
    await workflow.fail(readAddress(replyTo).token, error, cause);
  }

  await sfn.start();
  const { stateMachineArn } = sfn.createStateMachine({ name: 'checkout', definition });
  const input = {
    mode,
    orderId,
    correlationId: orderId,
    causationId: orderId,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    actor: 'anonymous',
    lines: mug,
    reservation: { lines: mug },
    shippingAddress: body.shippingAddress,
    total: { amount: 100, currency: 'EUR' },
    paymentMethod: 'pm_card_visa',
    customerId: 'c-1001',
    ending,
  };
  const started = await sfn.handle('StartExecution', { stateMachineArn, name: orderId, input: JSON.stringify(input) });
  const { executionArn } = started as { executionArn: string };
  const status = await ended(() => sfn.handle('DescribeExecution', { executionArn }));
  const { events } = (await sfn.handle('GetExecutionHistory', { executionArn, maxResults: 1000 })) as {
    events: { type: string }[];
  };
  const { order } = await orders.load(orderId);
  return {
    order,
    transitions: events.filter(({ type }) => type.endsWith('StateEntered')).length,
    steps,
    commands,
    data,
    status,
    ending: (await workflows.load(orderId)).ending,
  };
}

/** Checks that a command of the state machine fits the envelope's contract and its own; returns it. */
function checked(detail: string): Envelope {
  const envelope = Envelope.parse(JSON.parse(detail));
  const contract = contracts.find((known) => known.kind === 'command' && known.type === envelope.type);
  if (contract?.kind !== 'command') throw new Error(`There is no command ${envelope.type}.`);
  expect(envelope.dataschema).toBe(contract.dataschema);
  contract.schema.parse(envelope.data);
  return envelope;
}

async function ended(describe: () => Promise<unknown>): Promise<string> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const { status } = (await describe()) as { status: string };
    if (status !== 'RUNNING') return status;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The execution did not end in time.');
}

const forward = ['ReserveStock', 'AuthorisePayment'];
const sent = [...forward, 'ShipOrder'];
const fulfilled = ['CapturePayment', 'CommitStock'];
const released = ['CancelPayment', 'ReleaseStock'];
const undone = ['CancelShipping', ...released];

it.concurrent('carries an order to its delivery: stock, payment, parcels, capture and commit, delivery', async () => {
  const { order, commands, data, status, transitions, steps } = await run({});
  expect([status, transitions, steps]).toEqual(['SUCCEEDED', 6, 0]);
  expect(order).toMatchObject({ status: 'completed', parcels });
  expect(commands.slice(0, 3)).toEqual(sent);
  expect(commands.slice(3, 5).sort()).toEqual(fulfilled);
  expect(commands.slice(5)).toEqual(['AwaitDelivery']);
  expect(data['ShipOrder']).toEqual({ orderId, recipient: body.shippingAddress, lines: located, customerId: 'c-1001' });
});

it.concurrent('rejects an order that is out of stock; there is nothing to undo', async () => {
  const refused = { error: 'ReservationRefused', cause: { skus: ['MUG'] } };
  const { order, commands } = await run({ ReserveStock: refused });
  expect(order).toMatchObject({ status: 'rejected', reason: 'out-of-stock', skus: ['MUG'] });
  expect(commands).toEqual(['ReserveStock']);
});

it.concurrent.each([
  ['declined', 'PaymentDeclined', 'payment-declined'],
  ['not to be had', 'PaymentUnavailable', 'payment-unavailable'],
])('rejects an order whose payment is %s, and gives back its stock', async (_, error, reason) => {
  const { order, commands } = await run({ AuthorisePayment: { error } });
  expect(order).toMatchObject({ status: 'rejected', reason });
  expect(commands).toEqual([...forward, 'ReleaseStock']);
});

it.concurrent('retries the reservation, and finally gives up', async () => {
  const { order, commands } = await run({ ReserveStock: undefined });
  expect(order).toMatchObject({ status: 'rejected', reason: 'stock-unavailable' });
  expect(commands).toEqual(['ReserveStock', 'ReserveStock', 'ReserveStock', ...released]);
});

it.concurrent('releases the money when it is not known in time whether it is held', async () => {
  const { order, commands } = await run({ AuthorisePayment: undefined });
  expect(order).toMatchObject({ status: 'rejected', reason: 'payment-unavailable' });
  expect(commands).toEqual([...forward, ...released]);
});

it.concurrent.each([
  ['is refused', { error: 'ShippingRefused' }, 1],
  ['is not packed in time, though it was asked for every day,', undefined, 5],
] as const)('undoes an order that %s by shipping', async (_, answer, times) => {
  const { order, commands } = await run({ ShipOrder: answer });
  expect(order).toMatchObject({ status: 'cancelled', reason: 'shipping-refused' });
  expect(commands).toEqual([...forward, ...Array.from({ length: times }, () => 'ShipOrder'), ...undone]);
});

it.concurrent('repeats a command whose answer was lost, for the parcels and for their delivery', async () => {
  const later = { ShipOrder: usual['ShipOrder'], AwaitDelivery: usual['AwaitDelivery'] };
  const { order } = await run({ ShipOrder: undefined, AwaitDelivery: undefined }, 'checkout', [], { later });
  expect(order).toMatchObject({ status: 'completed' });
});

it.concurrent.each([
  ['CapturePayment', 'PaymentCaptureFailed'],
  ['CommitStock', 'StockCommitRefused'],
])('undoes a confirmed order when %s fails', async (step, error) => {
  const { order, commands } = await run({ [step]: { error } });
  expect(order).toMatchObject({ status: 'cancelled', reason: 'fulfilment-failed' });
  expect(commands.slice(-3)).toEqual(undone);
});

const delivered = { CancelShipping: { error: 'ShippingCancellationRefused' } };

it.concurrent('retries a failed recall, and completes the order', async () => {
  const failed = { CapturePayment: { error: 'PaymentCaptureFailed' } };
  const { order, commands } = await run({ ...failed, ...delivered }, 'checkout', [], {
    later: { CapturePayment: 'ok' },
  });
  expect(order).toMatchObject({ status: 'completed' });
  expect(commands.filter((name) => name === 'CapturePayment')).toHaveLength(2);
});

it.concurrent(
  'ends an order that was delivered but cannot be captured: its goods leave the stock, and no money is kept',
  async () => {
    const { order, commands, status } = await run({ CapturePayment: { error: 'PaymentCaptureFailed' }, ...delivered });
    expect(status).toBe('SUCCEEDED');
    expect(order).toMatchObject({ status: 'cancelled', reason: 'fulfilment-failed' });
    expect(commands.slice(-3)).toEqual(['CommitStock', 'AwaitDelivery', 'CancelPayment']);
  },
);

it.concurrent('leaves an order to the sweep that was delivered while payments did not answer', async () => {
  const { order, status } = await run({ CapturePayment: undefined, ...delivered });
  expect(status).toBe('FAILED');
  expect(order.status).toBe('confirmed');
});

it.concurrent.each([
  ['declined', { AuthorisePayment: { error: 'PaymentDeclined' } }, 'payment-declined', 'ReleaseStock'],
  ['out of time', { AuthorisePayment: undefined }, 'payment-unavailable', 'CancelPayment'],
] as [string, Answers, string, string][])(
  'undoes a payment that was %s for the same reason when it is taken up again',
  async (_, given, reason, lost) => {
    const died = await run({ ...given, [lost]: undefined });
    expect([died.status, died.order.status]).toEqual(['FAILED', 'placed']);
    const taken = await run({ ReserveStock: { error: 'ReservationEnded' } }, 'undo', [], { ending: died.ending });
    expect(taken.order).toMatchObject({ status: 'rejected', reason, skus: [] });
    expect(taken.commands).toEqual(lost === 'ReleaseStock' ? ['ReleaseStock'] : released);
  },
);

it.concurrent('undoes an order whose data outgrow what a state may hand on', async () => {
  // The answer alone is within the limit of 256 KiB, with the input of the state it is not.
  const output = { lines: located, more: 'x'.repeat(262_144 - 100) };
  const { order, commands, status } = await run({ ReserveStock: { output } });
  expect([status, order.status]).toEqual(['SUCCEEDED', 'rejected']);
  expect(commands).toEqual(['ReserveStock', ...released]);
});

it.concurrent('does not report an order as out of stock whose reservation had ended', async () => {
  const { order } = await run({ ReserveStock: { error: 'ReservationEnded', cause: { reason: 'expired', skus: [] } } });
  expect(order).toMatchObject({ status: 'rejected', reason: 'stock-unavailable' });
});

it.concurrent.each([
  ['is not packed in time', 'checkout', { ShipOrder: { error: 'States.Timeout' } }],
  ['is given up', 'cancel', {}],
])('continues to the end when an order %s that was delivered in part', async (_, mode, given) => {
  const answers: Answers = { ...given, CancelShipping: { error: 'ShippingCancellationRefused' } };
  const later: Answers = { ShipOrder: { output: { parcels } } };
  const { order } = await run(answers, mode, mode === 'cancel' ? [{ type: 'confirm' }] : [], { later });
  expect(order).toMatchObject({ status: 'completed' });
});

it.concurrent('reports that an order was given up that no customer cancelled', async () => {
  const { order } = await run({}, 'cancel', [{ type: 'confirm' }]);
  expect(order).toMatchObject({ status: 'cancelled', reason: 'workflow-lost' });
});

it.concurrent.each([
  ['asks where the goods are', {}, located],
  ['does without an address', { ReserveStock: { error: 'ReservationRefused' } }, mug],
] as [string, Answers, object[]][])('%s before it sends those of a lost execution', async (_, given, lines) => {
  const { data } = await run(given, 'ship', [{ type: 'confirm' }]);
  expect(data['ShipOrder']).toMatchObject({ lines });
});

it.concurrent('turns back when the customer cancelled meanwhile', async () => {
  const { order, commands } = await run({ 'Customer during AuthorisePayment': 'ok' });
  expect(order).toMatchObject({ status: 'cancelled', reason: 'customer-request' });
  expect(commands).toEqual([...forward, ...undone]);
});

it.concurrent('turns back when the customer cancelled before packing', async () => {
  const { order, commands } = await run({
    'Customer during ShipOrder': 'ok',
    ShipOrder: { error: 'ShippingCancelled' },
  });
  expect(order).toMatchObject({ status: 'cancelled', reason: 'customer-request' });
  expect(commands).toEqual([...sent, ...undone]);
});

it.concurrent('continues when the customer cancelled after the delivery', async () => {
  const { order } = await run({ CancelShipping: { error: 'ShippingCancellationRefused' } }, 'cancel', [
    { type: 'confirm' },
    { type: 'ship', parcels },
    { type: 'requestCancellation' },
  ]);
  expect(order).toMatchObject({ status: 'completed' });
});

it.concurrent.each([
  ['came back', { delivered: [], returned: mug, lost: [] }, 'parcel-returned', ['ReturnStock', 'RefundAmount']],
  ['were lost', { delivered: [], returned: [], lost: mug }, 'parcel-lost', ['RefundAmount']],
])('refunds and cancels an order whose parcels %s', async (_, output, reason, asked) => {
  const { order, commands, data } = await run({ AwaitDelivery: { output } });
  expect(order).toMatchObject({ status: 'cancelled', reason });
  expect(commands.slice(-asked.length)).toEqual(asked);
  expect(data['RefundAmount']).toEqual({
    orderId,
    refundId: orderId,
    amount: { amount: 100, currency: 'EUR' },
    reason,
  });
});

it.concurrent('cancels at the customer’s request an order whose parcels came back after a recall', async () => {
  const output = { delivered: [], returned: mug, lost: [] };
  const { order } = await run({ 'Customer during AwaitDelivery': 'ok', AwaitDelivery: { output } });
  expect(order).toMatchObject({ status: 'cancelled', reason: 'customer-request' });
});

it.concurrent.each([
  ['all lost', { delivered: [], returned: [], lost: mug }, { status: 'cancelled', reason: 'parcel-lost' }],
  ['partly lost', { delivered: mug, returned: [], lost: mug }, { status: 'completed' }],
])('ends an order whose parcels were %s even if the money cannot be refunded', async (_, output, expected) => {
  const { order, status } = await run({ AwaitDelivery: { output }, RefundAmount: { error: 'PaymentRefundRefused' } });
  expect(status).toBe('SUCCEEDED');
  expect(order).toMatchObject(expected);
});

it.concurrent('releases the stock of an undone order even if its money cannot be refunded', async () => {
  const given = { CapturePayment: { error: 'PaymentCaptureFailed' }, CancelPayment: { error: 'PaymentRefundRefused' } };
  const { order, commands, status } = await run(given);
  expect([status, order.status]).toEqual(['SUCCEEDED', 'cancelled']);
  expect(commands.slice(-3)).toEqual(undone);
});

it.concurrent('fails when it cannot undo, so that the sweep resumes the order', async () => {
  const { order, status } = await run({ AuthorisePayment: undefined, CancelPayment: undefined });
  expect(status).toBe('FAILED');
  expect(order.status).toBe('placed');
});

it.concurrent.each([
  ['cancel', [{ type: 'confirm' }, { type: 'requestCancellation' }], 'cancelled', undone],
  ['reject', [], 'rejected', released],
  ['cancel', [{ type: 'confirm' }], 'cancelled', undone],
  ['ship', [{ type: 'confirm' }], 'completed', ['ReserveStock', 'ShipOrder', ...fulfilled, 'AwaitDelivery']],
  ['deliver', [{ type: 'confirm' }, { type: 'ship', parcels }], 'completed', ['AwaitDelivery']],
  ['checkout', [{ type: 'confirm' }, { type: 'ship', parcels }], 'completed', [...sent, ...fulfilled, 'AwaitDelivery']],
] as [string, OrderCommand[], string, string[]][])(
  'takes up a lost order by %s',
  async (mode, before, status, asked) => {
    const { order, commands } = await run({}, mode, before);
    expect(order.status).toBe(status);
    expect(commands.sort()).toEqual([...asked].sort());
  },
);
