import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAbsences, makeStory } from './make-story.ts';
import type { Options } from './options.ts';
import { showProgress, type ProgressListener } from './progress.ts';
import { type Report, reportOf, reportText, summed } from './report.ts';
import { type Outcome, runDrill } from './run-drill.ts';
import { shrink } from './shrink.ts';
import { parseStory, type Story } from './story.ts';
import { describeOrder, violatedOrders } from './describe-order.ts';
import { openWorld, type World } from './world.ts';

/** Runs a drill, split into parts when it is long, and prints its report. Returns whether there were no violations. */
export async function main(options: Options): Promise<boolean> {
  const reports: Report[] = [];
  for (const [index, orders] of partsOf(options).entries()) {
    const progress = showProgress(options.json ? process.stderr : process.stdout);
    const report = await runPart(options, options.seed + index, orders, progress).finally(progress.end);
    reports.push(report);
    if (options.reports !== undefined) appendFileSync(options.reports, `${JSON.stringify(report)}\n`);
    if (!options.json) process.stdout.write(`\n${reportText(report)}\n`);
  }
  const all = options.reports === undefined ? reports : readReports(options.reports);
  const total = summed(all);
  if (options.json) process.stdout.write(`${JSON.stringify(total)}\n`);
  else if (all.length > 1) process.stdout.write(`\nTotal\n${reportText(total)}\n`);
  return reports.every(({ violations }) => violations.length === 0);
}

function partsOf({ orders, part, replay, eachAbsent }: Options): number[] {
  if (replay !== undefined || eachAbsent) return [0];
  const parts = Math.ceil(orders / part);
  return Array.from({ length: parts }, (_, index) => Math.min(part, orders - index * part));
}

const readReports = (file: string): Report[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Report)
    : [];

async function runPart(options: Options, seed: number, orders: number, progress: ProgressListener): Promise<Report> {
  const outcome = await inAWorldOfItsOwn(async (world) => {
    const result = await runDrill(world, await storyOf(options, seed, orders, world), progress);
    if (result.violations.length > 0) await writeFailure(options, world, result);
    return result;
  });
  if (outcome.violations.length > 0 && options.shrink) {
    progress.phase('looking for a shorter story', outcome.story.orders.length);
    const short = await shrink(outcome, (story) => inAWorldOfItsOwn((world) => runDrill(world, story, progress)));
    const file = fileOf(options, `${outcome.story.seed}-short`);
    writeFileSync(file, JSON.stringify(short, undefined, 1));
    process.stderr.write(
      `\nA shorter story with ${short.orders.length} orders and ${short.faults.length} faults: ${replayOf(file)}\n`,
    );
  }
  return reportOf(outcome);
}

async function storyOf(
  { replay, rate, kinds, eachAbsent }: Options,
  seed: number,
  orders: number,
  world: World,
): Promise<Story> {
  if (replay !== undefined) return parseStory(readFileSync(replay, 'utf8'));
  const functions = await world.functions();
  return eachAbsent ? makeAbsences({ seed, rate }, functions) : makeStory({ seed, orders, rate, kinds }, functions);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const INTERRUPTED = 130;

/** Leaves nothing behind, even when it is interrupted. */
async function inAWorldOfItsOwn<Result>(work: (world: World) => Promise<Result>): Promise<Result> {
  const opening = openWorld();
  const stop = () => opening.then((world) => world.stop());
  const interrupt = (): void => void stop().finally(() => process.exit(INTERRUPTED));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    return await work(await opening);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    await stop();
  }
}

function fileOf({ stories }: Options, name: string): string {
  mkdirSync(stories, { recursive: true });
  return join(stories, `${name}.json`);
}

const replayOf = (file: string): string => `npm run drill -- --replay ${file}`;
const MAX_DESCRIBED = 5;

/** Saves the story and describes the orders that violate an invariant. */
async function writeFailure(options: Options, world: World, outcome: Outcome): Promise<void> {
  const { story, violations } = outcome;
  const file = fileOf(options, String(story.seed));
  writeFileSync(file, JSON.stringify(story, undefined, 1));
  const lines = [`${violations.length} violations with seed ${story.seed}. To replay: ${replayOf(file)}`];
  for (const acted of violatedOrders(outcome).slice(0, MAX_DESCRIBED)) {
    lines.push(await describeOrder(world.cloud(), acted, outcome));
  }
  const text = lines.join('\n\n');
  writeFileSync(
    fileOf(options, `${story.seed}-orders`).replace(/json$/, 'txt'),
    `${text}\n\n${violations.join('\n')}\n`,
  );
  process.stderr.write(`\n${text}\n`);
}
