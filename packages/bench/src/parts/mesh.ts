import { prepareWays, type Variant } from '../mesh/variants.ts';
import { fixed, type Part } from '../support/report.ts';
import { quantile } from '../support/statistics.ts';

/** What the mesh adds to a call that is answered at once, beside a library that has less. */
export const mesh: Part = {
  name: 'mesh',
  what: 'what the mesh adds to a call',
  async run({ options, progress }) {
    const calls = options.quick ? 2_000 : 50_000;
    const ways = await prepareWays();
    progress('warming up');
    await timed(ways, calls / 2);
    progress(`${calls} calls each`);
    const times = await timed(ways, calls);
    const data = ways.map((way) => {
      const all = times.get(way)!;
      return { name: way.name, p50: quantile(all, 0.5), p99: quantile(all, 0.99) };
    });
    const rows = data.map(({ name, p50, p99 }) => [name, fixed(p50, 1), fixed(p99, 1)]);
    const title = 'What stands between a client and its request, per call';
    return { tables: [{ title, head: ['', 'µs (p50)', 'µs (p99)'], rows }], data };
  },
};

/** Microseconds of each call, one of each way after the other. */
async function timed(ways: readonly Variant[], calls: number): Promise<Map<Variant, number[]>> {
  const times = new Map<Variant, number[]>(ways.map((way) => [way, []]));
  for (let call = 0; call < calls; call += 1) {
    for (const [way, all] of times) {
      const started = performance.now();
      await way.send();
      all.push((performance.now() - started) * 1_000);
    }
  }
  return times;
}
