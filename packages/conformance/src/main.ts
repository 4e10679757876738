import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkoutAt } from './support/checkout.ts';
import { clientsSection, driveClients } from './clients/drive-clients.ts';
import { type Tried, examplesSection, tryExamples } from './examples/try-examples.ts';
import { type Options, parseOptions } from './options.mjs';
import { code } from './support/code.ts';
import { driveStepFunctions, pluginsSection } from './plugins/step-functions.ts';
import { writeSection } from './support/page.ts';
import { type Replayed, SERVICES, replayRecordings } from './recordings/replay.ts';
import { detailsOf, sectionOf, tableOf } from './recordings/report.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PAGE = join(ROOT, 'docs', 'conformance.md');
/**
 * Where copies of the examples are installed: packages stay there for the next run. Outside of the repository, whose own
 * packages and types the compilers of the examples would find.
 */
const WORK = join(tmpdir(), 'dure-conformance-work');
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
  for (const verdict of list) say(`\n${verdict}:\n${detailsOf(outcomes, verdict)}`);
  if (write) writeSection(PAGE, 'recordings', sectionOf(outcomes, checkout.commit));
}

async function examples({ only, write }: Options, path: string): Promise<void> {
  const checkout = checkoutAt(resolve(path), 'aws-node', 'https://github.com/serverless/examples');
  const tried: Tried[] = [];
  await tryExamples(checkout.path, WORK, only, (one) => {
    tried.push(one);
    process.stderr.write(`${one.state.padEnd(16)} ${one.name}  ${code(one.reason)}\n`);
  });
  if (tried.length === 0) throw new Error(`No example has "${only}" in its name.`);
  const section = examplesSection(tried, checkout.commit);
  say(section);
  if (write) writeSection(PAGE, 'examples', section);
}

async function plugins({ write }: Options): Promise<void> {
  const driven = await driveStepFunctions(WORK);
  const section = pluginsSection(driven);
  say(section);
  if (write) writeSection(PAGE, 'plugins', section);
  if (driven.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
}

async function clients({ write }: Options): Promise<void> {
  const driven = await driveClients(WORK);
  const section = clientsSection(driven);
  say(section);
  if (write) writeSection(PAGE, 'clients', section);
  if (driven.some(({ outcomes }) => outcomes.some(({ failure }) => failure !== undefined))) process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.recordings !== undefined) await recordings(options, options.recordings);
  if (options.clients) await clients(options);
  if (options.plugins) await plugins(options);
  if (options.examples !== undefined) await examples(options, options.examples);
}

// The accounts that were started end with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

main().then(
  // A connection that a client keeps open does not hold the command up.
  () => process.exit(),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
