import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeAtRate, stockShop } from '../support/orders.ts';
import { type CpuProfile, summarise } from '../support/cpu-profile.ts';
import { fixed, type Part, type Table } from '../support/report.ts';
import { startSystem } from '../support/system.ts';

const SECONDS = 20;
const SHOWN = 25;

/** CPU profiles of the local cloud's main thread and of its functions' threads, by V8's own sampling. */
export const profile: Part = {
  name: 'profile',
  what: 'where the CPU time goes',
  async run({ options, progress }) {
    const seconds = options.seconds ?? (options.quick ? 5 : SECONDS);
    const folder = await mkdtemp(join(tmpdir(), 'dure-bench-profile-'));
    const system = await startSystem({ nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${folder}`] });
    const goods = await stockShop(system.cloud);
    await system.idle();
    progress(`${options.rate} orders/s for ${seconds} s, sampled`);
    const from = process.hrtime.bigint();
    await placeAtRate(system.cloud, goods, { rate: options.rate, seconds });
    await system.idle();
    const window = { from: Number(from / 1000n), to: Number(process.hrtime.bigint() / 1000n) };
    await system.stop();
    progress('reading the profiles');
    const profiles = await Promise.all(
      (await readdir(folder)).map(async (name) => ({
        main: name.split('.')[4] === '0',
        profile: JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile,
      })),
    );
    await rm(folder, { recursive: true, force: true });
    const main = summarise(
      profiles.filter(({ main: is }) => is).map(({ profile: of }) => of),
      window,
    );
    const workers = summarise(
      profiles.filter(({ main: is }) => !is).map(({ profile: of }) => of),
      window,
    );
    return {
      tables: [
        shares('Main thread of the local cloud, by part', main.parts, main.total),
        shares('Main thread, by function', main.functions.slice(0, SHOWN), main.total),
        shares('Threads of the functions, by part', workers.parts, workers.total),
      ],
      data: { main, workers },
    };
  },
};

const shares = (title: string, rows: readonly (readonly [string, number])[], total: number): Table => ({
  title: `${title} (${fixed(total, 1)} s of CPU time)`,
  head: ['', 'seconds', 'share'],
  rows: rows.map(([name, seconds]) => [name, fixed(seconds, 2), `${fixed((100 * seconds) / total, 1)} %`]),
});
