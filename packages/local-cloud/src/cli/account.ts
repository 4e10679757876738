import { resolve } from 'node:path';
import { sayLastWords } from './last-words.ts';
import type { CloudLog } from '../shared/types.ts';
import { HELP, parseAccountOptions } from './account-options.mjs';
import { type Account, startAccount } from '../account/start-account.ts';
import type { Declaration } from '../sandboxes/declaration.ts';
import { valueOf } from '../sandboxes/surroundings.ts';

const FORCED = 130;
/** One Ctrl-C may arrive twice, from the terminal and from the script that started this process. */
const SAME_SIGNAL_MS = 500;

/** Runs the account until it is told to end. */
async function main(): Promise<void> {
  const options = parseAccountOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(HELP);
  process.env['TZ'] = 'UTC';
  const workspace = process.cwd();
  const log: CloudLog = (level, message) => {
    if (options.verbose || level === 'error' || level === 'warn') process.stderr.write(`${level}: ${message}\n`);
  };
  let endingSince: number | undefined;
  let starting: Promise<Account | undefined> = Promise.resolve(undefined);
  const end = (): void => {
    if (endingSince !== undefined) {
      if (Date.now() - endingSince > SAME_SIGNAL_MS) process.exit(FORCED);
      return;
    }
    endingSince = Date.now();
    if (!options.json) process.stderr.write('\nStopping … (Ctrl-C again forces it)\n');
    void starting
      .then((account) => account?.stop())
      .then(() => process.exit(0))
      .catch(fail);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.on('disconnect', end);
  sayLastWords({
    say: (message) => process.stderr.write(`error: ${message}\n`),
    stop: () => starting.then((account) => account?.stop()),
  });

  const dataDir = resolve(workspace, options.data);
  const { fresh, callers } = options;
  const started = startAccount({
    workspace,
    dataDir,
    callers,
    fresh,
    log,
    ...(options.port !== undefined && { port: options.port }),
  });
  starting = started;
  const account = await started;
  process.stdout.write(options.json ? `${JSON.stringify(summaryOf(account))}\n` : greeting(account));
}

function summaryOf({ url, environment, sandboxes }: Account): object {
  return { pid: process.pid, url, environment, sandboxes };
}

/** What to type next, in another terminal. */
function greeting(account: Account): string {
  const set = process.platform === 'win32' ? 'set ' : 'export ';
  const variables = Object.entries(account.environment).map(([name, value]) => `  ${set}${name}=${value}`);
  const steps = account.declarations.map((declaration) => stepsOf(declaration, account));
  const parameters = steps.flatMap(({ puts }) => puts);
  const webhooks = steps.flatMap(({ registrations }) => registrations);
  return `An AWS account is ready at ${account.url}  (Ctrl-C ends it)

In another terminal:
${variables.join('\n')}
${section('The services need these parameters. The sandboxes that they name run here:', parameters)}
Then:
  npm run deploy -- --stage dev
${section('And say where the sandboxes send their webhooks:', webhooks)}`;
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n${title}\n${lines.join('\n')}\n`;

function stepsOf({ service, parameters, sandboxes }: Declaration, { url, environment, sandboxes: urls }: Account) {
  const set = Object.entries(parameters).map(([name, value]) => [name, valueOf(value)] as const);
  const values = { ...Object.fromEntries(set), ...namedUrls(sandboxes, urls) };
  const signed = `--aws-sigv4 aws:amz:${environment['AWS_REGION']}:ssm --user local:local`;
  const puts = Object.entries(values).map(([name, Value]) => {
    const parameter = { Name: `/dure/dev/${service}/${name}`, Type: 'String', Value, Overwrite: true };
    return `  curl ${url} ${signed} -H "X-Amz-Target: AmazonSSM.PutParameter" -d "${quoted(parameter)}"`;
  });
  const registrations = sandboxes.flatMap(({ name, webhook }) => {
    if (webhook === undefined) return [];
    const body = quoted({ url: `<URL of ${service}>${webhook.path}`, secret: values[webhook.secretParameter] ?? '' });
    return [`  curl -X PUT ${urls[name]}${webhook.registerAt} -H "content-type: application/json" -d "${body}"`];
  });
  return { puts, registrations };
}

const namedUrls = (sandboxes: Declaration['sandboxes'], urls: Account['sandboxes']): Record<string, string> =>
  Object.fromEntries(sandboxes.map(({ name, urlParameter }) => [urlParameter, urls[name] ?? '']));

const quoted = (value: object): string => JSON.stringify(value).replaceAll('"', '\\"');

function fail(error: unknown): never {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
