import { openTable, type Table } from '@dure/contracts/binding/table';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { median, quantile } from '../support/statistics.ts';
import { type Variant, variantsOf } from './variants.ts';

/**
 * Runs as a separate process, whose standard output is a pipe as Lambda's is, by ../parts/binding.ts. Sends its
 * measurements over the IPC channel: {@link Measured}[].
 */
export interface Measured {
  readonly group: Variant['group'];
  readonly name: string;
  /** Microseconds per call. */
  readonly p50: number;
  readonly p90: number;
}

export interface Order {
  /** The number of rounds; each runs every variant. */
  readonly rounds: number;
  /** Sequential calls of a variant in a round. */
  readonly calls: number;
  /** The table to write to; without it, a stub that answers at once. */
  readonly tableName?: string;
}

const WARM_UP_CALLS = 2_000;

/** The medians over the rounds of each variant's time per call; the order of the variants changes every round. */
async function measure({ rounds, calls, tableName }: Order): Promise<Measured[]> {
  const stubbed = tableName === undefined;
  const variants = variantsOf(stubbed ? stub : openTable(tableName));
  const clock = stubbed ? cpuMicroseconds : wallMicroseconds;
  for (const variant of variants) await timePerCall(variant, stubbed ? WARM_UP_CALLS : WARM_UP_CALLS / 10, clock);
  const times = new Map<Variant, number[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round += 1) {
    const turn = round % variants.length;
    for (const variant of [...variants.slice(turn), ...variants.slice(0, turn)]) {
      times.get(variant)!.push(await timePerCall(variant, calls, clock));
    }
  }
  return variants.map((variant) => {
    const { group, name } = variant;
    return { group, name, p50: median(times.get(variant)!), p90: quantile(times.get(variant)!, 0.9) };
  });
}

async function timePerCall({ prepare, call }: Variant, calls: number, clock: () => number): Promise<number> {
  prepare(calls);
  const started = clock();
  for (let count = 0; count < calls; count += 1) await call();
  return (clock() - started) / calls;
}

/** The CPU time of this thread, so other load hardly counts. Linux counts it in steps of 4 ms. */
function cpuMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

const wallMicroseconds = () => Number(process.hrtime.bigint()) / 1000;

const stub: Table = {
  name: 'none',
  client: { send: () => Promise.resolve({}) } as unknown as DynamoDBDocumentClient,
};

process.once('message', (order: Order) => {
  void measure(order).then((measured) => {
    process.send?.(measured);
    process.disconnect();
  });
});
