import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startAccount } from '../support/account.ts';
import { dayOf } from './later.ts';
import { CaseFiles, type Definition, type Variant, variantsOf } from './cases.ts';
import { type Outcome, type Surroundings, runCase } from './run-case.ts';
import { type Clients, openClients } from './vocabulary/clients.ts';
import { fixturesOf } from './vocabulary/fixtures.ts';
import { stacks } from './vocabulary/stacks.ts';
import { stepFunctions } from './vocabulary/stepfunctions.ts';

/** A group of recordings, one line of the table. */
export interface Group {
  readonly title: string;
  /** Folders and files from tests/aws/services. */
  readonly paths: readonly string[];
}

export const GROUPS: readonly Group[] = [
  { title: 'API Gateway with Lambda', paths: ['apigateway/test_apigateway_lambda.py'] },
  { title: 'EventBridge', paths: ['events'] },
  { title: 'Step Functions', paths: ['stepfunctions/v2'] },
  { title: 'SNS', paths: ['sns'] },
  { title: 'SQS', paths: ['sqs'] },
  { title: 'DynamoDB and streams', paths: ['dynamodb', 'dynamodbstreams'] },
  { title: 'Scheduler', paths: ['scheduler'] },
];

export interface Replayed extends Outcome {
  readonly group: string;
  /** As the recording names it, from tests/aws/services: `sqs/test_sqs.py::TestSqs::test_send`. */
  readonly name: string;
}

export const SERVICES = 'tests/aws/services';
/** Cases mostly wait, so that several run at a time. */
const AT_ONCE = 6;
const ACCOUNTS_AT_ONCE = 3;

/** Replays every recorded case under `root` whose name contains `only`. */
export async function replayRecordings(
  root: string,
  only: string,
  onOutcome: (replayed: Replayed) => void,
): Promise<void> {
  const files = new CaseFiles(root);
  for (const { title, paths } of GROUPS) {
    const jobs: Job[] = [];
    for (const file of paths.flatMap((path) => caseFilesIn(root, path)))
      jobs.push(...(await jobsOf(root, file, files)));
    const chosen = jobs.filter(({ name }) => name.includes(only));
    if (chosen.length === 0) continue;
    const account = await startAccount();
    const clients = openClients(account.connection);
    const doubtful: Job[] = [];
    try {
      await inParallel(chosen, AT_ONCE, async (job) => {
        const outcome = await play(job, clients);
        if (outcome.verdict === 'wrong') doubtful.push(job);
        else onOutcome({ group: title, name: job.name, ...outcome });
      });
    } finally {
      clients.close();
      await account.end();
    }
    await inParallel(doubtful, ACCOUNTS_AT_ONCE, async (job) =>
      onOutcome({ group: title, name: job.name, ...(await playAlone(job)) }),
    );
  }
}

interface Job {
  readonly name: string;
  readonly definition: Definition;
  readonly variant: Variant | Error;
  readonly surroundings: Omit<Surroundings, 'vocabulary'>;
}

async function play({ definition, variant, surroundings }: Job, clients: Clients): Promise<Outcome> {
  if (variant instanceof Error) return { verdict: 'unread', reason: variant.message, differences: [] };
  const fixtures = fixturesOf(clients);
  const vocabulary: Surroundings['vocabulary'] = (snapshot) => ({
    ...fixtures,
    ...stacks(clients.call),
    ...stepFunctions(clients, snapshot),
  });
  return runCase(definition, variant, { ...surroundings, vocabulary });
}

/** In an account of its own: what is wrong there is wrong, and not what another case left behind. */
async function playAlone(job: Job): Promise<Outcome> {
  const account = await startAccount();
  const clients = openClients(account.connection);
  try {
    return await play(job, clients);
  } finally {
    clients.close();
    await account.end();
  }
}

function caseFilesIn(root: string, path: string): string[] {
  const folder = join(root, SERVICES, path);
  if (!existsSync(folder)) return [];
  if (path.endsWith('.py')) return [`${SERVICES}/${path}`];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(^|\/)test_[^/]*\.py$/.test(name))
    .toSorted()
    .map((name) => `${SERVICES}/${path}/${name}`);
}

interface Recording {
  readonly 'recorded-date': string;
  readonly 'recorded-content': Readonly<Record<string, unknown>>;
}
type Recordings = Readonly<Record<string, Recording>>;

async function jobsOf(root: string, file: string, files: CaseFiles): Promise<Job[]> {
  const path = join(root, file.replace(/\.py$/, '.snapshot.json'));
  const recordings = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Recordings) : {};
  const { definitions } = await files.read(file);
  const fixtures = [...definitions, ...(await files.fixturesAround(file))].filter(({ decorators }) =>
    decorators.some((decorator) => decorator.text.startsWith('@pytest.fixture')),
  );
  const jobs: Job[] = [];
  for (const definition of definitions) {
    if (!definition.name.startsWith('test_')) continue;
    if (!definition.decorators.some(({ text }) => text.startsWith('@markers.aws.validated'))) continue;
    if (definition.decorators.some(({ text }) => /^@pytest\.mark\.skip\b/.test(text))) continue;
    const { className } = definition;
    const base = [file, ...(className === undefined ? [] : [className]), definition.name].join('::');
    for (const variant of await variantsOrError(definition)) {
      const key = variant instanceof Error ? base : keyOf(base, variant.ids, recordings);
      const recorded = recordings[key]?.['recorded-content'];
      if (isOfEmulator(recorded) || (recorded === undefined && hasSiblings(base, recordings))) continue;
      const recordedOn = dayOf(recordings[key]?.['recorded-date']);
      jobs.push({
        name: key.slice(SERVICES.length + 1),
        definition,
        variant,
        surroundings: { files, fixtures, recorded, recordedOn },
      });
    }
  }
  return jobs;
}

/** Some recordings were made of LocalStack by mistake: AWS does not answer with the errors of Python. */
const isOfEmulator = (recorded: unknown): boolean => /Error=\w+Error Args=\[/.test(JSON.stringify(recorded ?? {}));

/** A variant without a recording beside others that have one did not run on AWS. */
const hasSiblings = (base: string, recordings: Recordings): boolean =>
  Object.keys(recordings).some((key) => key.startsWith(`${base}[`));

async function variantsOrError(definition: Definition): Promise<(Variant | Error)[]> {
  try {
    return await variantsOf(definition);
  } catch (error) {
    return [error as Error];
  }
}

/** The name of a variant in the recordings. A client of one protocol is among the parameters of some. */
function keyOf(base: string, ids: readonly string[], recordings: Recordings): string {
  const sets = [ids, ['sqs', ...ids], [...ids, 'sqs'], ids.toReversed()];
  const names = sets.map((set) => (set.length === 0 ? base : `${base}[${set.join('-')}]`));
  return names.find((name) => Object.hasOwn(recordings, name)) ?? names[0] ?? base;
}

async function inParallel<T>(jobs: readonly T[], atOnce: number, work: (job: T) => Promise<void>): Promise<void> {
  const left = [...jobs];
  const lane = async (): Promise<void> => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) await work(job);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
