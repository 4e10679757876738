import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../support/statistics.ts';
import { milliseconds, type Part } from '../support/report.ts';
import { startSystem } from '../support/system.ts';

interface Start {
  readonly readyAfter: number;
  readonly phases: Readonly<Record<string, number>>;
}

/** From `node scripts/run.mjs start` to ready: without data, and with the data and bundles of an earlier run. */
export const startup: Part = {
  name: 'startup',
  what: 'start-up time',
  async run({ options, progress }) {
    const runs = options.quick ? 1 : options.runs;
    const first: Start[] = [];
    const again: Start[] = [];
    for (let run = 1; run <= runs; run += 1) {
      progress(`start ${run} of ${runs}`);
      const dataDir = await mkdtemp(join(tmpdir(), 'dure-bench-'));
      first.push(await startOnce(dataDir));
      again.push(await startOnce(dataDir));
      await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
    const phases = Object.keys(first[0]?.phases ?? {});
    const row = (name: string, of: (start: Start) => number) => [
      name,
      milliseconds(median(first.map(of))),
      milliseconds(median(again.map(of))),
    ];
    return {
      tables: [
        {
          title: `Start-up, median of ${runs}`,
          head: ['', 'the first', 'again, with its data'],
          rows: [
            row('until ready', ({ readyAfter }) => readyAfter),
            ...phases.map((name) => row(`· ${name}`, ({ phases: of }) => of[name] ?? 0)),
          ],
          notes: ['From `node scripts/run.mjs start` on; phases run side by side where they can.'],
        },
      ],
      data: { first, again },
    };
  },
};

async function startOnce(dataDir: string): Promise<Start> {
  const system = await startSystem({ dataDir });
  await system.stop();
  return { readyAfter: system.readyAfter, phases: system.timings };
}
