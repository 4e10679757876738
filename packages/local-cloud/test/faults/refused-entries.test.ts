import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import { createFaults } from '../../src/faults/faults.ts';
import { parsePlan } from '../../src/faults/plan.ts';
import { entry, eventually, putRule, startBridge } from '../services/eventbridge/bridge.ts';

const clients: EventBridgeClient[] = [];
afterAll(() => {
  for (const client of clients) client.destroy();
});

/** An EventBridge behind faults, and what each of ten entries was answered with. */
async function putTen(plan: object) {
  const { bridge, client, delivered } = await startBridge();
  await putRule(client, 'all');
  const faults = createFaults();
  await faults.follow(parsePlan(plan), {});
  const server = createAwsJsonServer({ AWSEvents: faults.publishing(bridge.handle) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const faulty = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  clients.push(faulty);
  const Entries = Array.from({ length: 10 }, (_, number) =>
    number === 4 ? { ...entry(), Source: '' } : entry({ number }),
  );
  const answer = await faulty.send(new PutEventsCommand({ Entries }));
  const results = (answer.Entries ?? []).map(({ EventId, ErrorCode }) => ErrorCode ?? (EventId && 'accepted'));
  const accepted = results.flatMap((result, number) => (result === 'accepted' ? [number] : []));
  await eventually(() => delivered.length === accepted.length);
  const numbers = delivered.map(({ input }) => (JSON.parse(input) as { detail: { number: number } }).detail.number);
  await new Promise((resolve) => server.close(resolve) && server.closeAllConnections());
  return { answer, results, accepted, numbers, faults };
}

describe('PutEvents by a plan', () => {
  it('refuses single entries in their places, and the rest goes through', async () => {
    const { answer, results, accepted, numbers, faults } = await putTen({ seed: 5, putEvents: { refuse: 0.4 } });
    const refused = results.filter((result) => result === 'ThrottlingException').length;
    expect(refused).toBeGreaterThan(0);
    expect(accepted.length).toBeGreaterThan(0);
    expect(new Set(results)).toEqual(new Set(['accepted', 'ThrottlingException', 'InvalidArgument']));
    expect(answer.FailedEntryCount).toBe(refused + 1);
    expect(numbers).toEqual(accepted);
    expect(faults.describe().injected).toEqual({ 'PutEvents entry refused': refused });
  });

  it('refuses the same by the same seed, and others by another', async () => {
    const [one, again, other] = await Promise.all(
      [5, 5, 6].map(async (seed) => (await putTen({ seed, putEvents: { refuse: 0.4 } })).results.join()),
    );
    expect(one).toBe(again);
    expect(one).not.toBe(other);
  });

  it('refuses all of a request, which then asks for nothing', async () => {
    const { answer, numbers } = await putTen({ putEvents: { refuse: 1 } });
    expect(answer.FailedEntryCount).toBe(10);
    expect(answer.Entries).toHaveLength(10);
    expect(numbers).toEqual([]);
  });
});
