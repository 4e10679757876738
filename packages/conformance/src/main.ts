import { join, resolve } from 'node:path';
import { checkoutAt } from './support/checkout.ts';
import { type Options, parseOptions } from './options.mjs';
import { writeSection } from './support/page.ts';
import { type Replayed, SERVICES, replayRecordings } from './recordings/replay.ts';
import { listOf, sectionOf, tableOf } from './recordings/report.ts';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'conformance.md');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function recordings({ only, list, write }: Options, path: string): Promise<void> {
  const checkout = checkoutAt(resolve(path), SERVICES, 'https://github.com/localstack/localstack');
  const outcomes: Replayed[] = [];
  await replayRecordings(checkout.path, only, (outcome) => {
    outcomes.push(outcome);
    if (outcomes.length % 100 === 0) process.stderr.write(`${outcomes.length} cases\n`);
  });
  if (outcomes.length === 0) throw new Error(`No recorded case has "${only}" in its name.`);
  say(tableOf(outcomes));
  for (const verdict of list) say(`\n${verdict}:\n${listOf(outcomes, verdict)}`);
  if (write) writeSection(PAGE, 'recordings', sectionOf(outcomes, checkout.commit));
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.recordings !== undefined) await recordings(options, options.recordings);
}

main().then(
  // A connection that a client keeps open does not hold the command up.
  () => process.exit(),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
