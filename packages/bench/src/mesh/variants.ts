import type { Sent, Tried } from '@dure/contracts/binding/client';
import type { Table } from '@dure/contracts/binding/table';
import { GetStage } from '@dure/contracts/registry';
import { openMesh } from '@dure/mesh';
import { openPickUp } from '@dure/mesh/pick-up';
import { readPolicy } from '@dure/mesh/policy';
import {
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';

/** A way to send a request that is answered at once: what is left is what the way itself takes. */
export interface Variant {
  readonly name: string;
  readonly send: () => Promise<unknown>;
}

const answer: Tried = { status: 200, headers: new Headers(), text: '{}' };
const sent: Sent = { endpoint: GetStage, headers: {}, actor: 'c-1001', within: 5_000, attempt: 1 };
const send = () => Promise.resolve(answer);
const baseUrl = 'http://registry.example';
const tell = () => undefined;

const policy = {
  targets: { v1: {}, v2: { url: 'https://v2.example.com/registry' } },
  routes: [
    { match: { operation: 'ListEndpoints', header: { 'x-dure-canary': 'v2' } }, to: { v2: 10_000 } },
    { match: { operation: '*' }, to: { v1: 9_500, v2: 500 }, sticky: 'actor' },
  ],
};

/** A policy as it was picked up, from a table that answers at once. */
async function pickedUp() {
  const read = readPolicy({ service: 'registry', revision: 1, ...policy });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  const Item = { 'policy:registry': { revision: 1, form: 1, json: JSON.stringify(read.policy) } };
  const client = { send: () => Promise.resolve({ Item }) };
  const policies = openPickUp({ name: 'bench', client } as unknown as Table, {
    failed: (error) => {
      throw error;
    },
  });
  await policies.refresh();
  return policies;
}

export async function prepareWays(): Promise<readonly Variant[]> {
  const usual = openMesh({ tell }).through({ baseUrl }).through!;
  const byPolicy = openMesh({ tell, policies: await pickedUp() }).through({ baseUrl }).through!;
  const cockatiel = wrap(
    timeout(5_000, TimeoutStrategy.Cooperative),
    retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) }),
    timeout(2_000, TimeoutStrategy.Cooperative),
  );
  return [
    { name: 'nothing', send },
    { name: '`@dure/mesh`, no policy', send: () => usual(sent, baseUrl, send) },
    { name: '`@dure/mesh`, a policy that splits', send: () => byPolicy(sent, baseUrl, send) },
    { name: '`cockatiel`: time-outs, retries, breaker', send: () => cockatiel.execute(send) },
  ];
}
