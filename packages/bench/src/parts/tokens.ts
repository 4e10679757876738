import { fixed, type Part } from '../support/report.ts';
import { median, quantile } from '../support/statistics.ts';
import { prepareTokens, type Variant } from '../tokens/variants.ts';

interface Times {
  /** Microseconds of CPU per verification, all threads together: one value per round. */
  readonly cpu: number[];
  /** Microseconds until the answer. */
  readonly wall: number[];
}

/** What a service pays to verify an access token whose issuer's keys it has, beside two libraries. */
export const tokens: Part = {
  name: 'tokens',
  what: 'the verification of access tokens',
  async run({ options, progress }) {
    const { rounds, calls } = options.quick ? { rounds: 3, calls: 200 } : { rounds: 15, calls: 1_000 };
    const { variants, sign } = await prepareTokens();
    const times = new Map<Variant, Times>(variants.map((variant) => [variant, { cpu: [], wall: [] }]));
    for (let round = -1; round < rounds; round += 1) {
      progress(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`);
      for (const variant of turned(variants, round)) {
        const some = await sign(variant.sameToken ? 1 : calls);
        const { cpu, wall } = await timed(variant, some, calls);
        if (round < 0) continue;
        times.get(variant)!.cpu.push(cpu);
        times.get(variant)!.wall.push(wall);
      }
    }
    const data = [...times].map(([{ name }, { cpu, wall }]) => ({
      name,
      cpu: { p50: median(cpu), p90: quantile(cpu, 0.9) },
      wall: { p50: median(wall), p90: quantile(wall, 0.9) },
    }));
    const rows = data.map(({ name, cpu, wall }) => [name, fixed(cpu.p50, 1), fixed(cpu.p90, 1), fixed(wall.p50, 1)]);
    const title = 'Verification of an access token (ES256), keys cached, per token';
    return { tables: [{ title, head: ['', 'CPU µs (p50)', 'CPU µs (p90)', 'µs (p50)'], rows }], data };
  },
};

/** Another variant begins every round. */
function turned<Item>(items: readonly Item[], round: number): readonly Item[] {
  const turn = Math.max(0, round) % items.length;
  return [...items.slice(turn), ...items.slice(0, turn)];
}

async function timed({ verify }: Variant, some: readonly string[], calls: number) {
  await verify(some[0]!);
  const before = process.cpuUsage();
  const started = performance.now();
  for (let call = 0; call < calls; call += 1) await verify(some[call % some.length]!);
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / calls, wall: ((performance.now() - started) * 1000) / calls };
}
