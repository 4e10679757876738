import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { sayLastWords } from './last-words.ts';
import type { CloudLog } from '../shared/types.ts';
import { HELP, parseAccountOptions } from './account-options.mjs';
import { type Account, startAccount } from '../account/start-account.ts';

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

function summaryOf({ url, environment, paymentProvider, carrier }: Account): object {
  return { pid: process.pid, url, environment, paymentProvider, carrier };
}

/** What to type next, in another terminal. */
function greeting({ url, environment, paymentProvider, carrier }: Account): string {
  const set = process.platform === 'win32' ? 'set ' : 'export ';
  const variables = Object.entries(environment).map(([name, value]) => `  ${set}${name}=${value}`);
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const parameters = {
    'payments/provider-url': paymentProvider,
    'shipping/carrier-url': carrier,
    'shipping/carrier-webhook-secret': secret,
  };
  const puts = Object.entries(parameters).map(([name, Value]) => {
    const parameter = { Name: `/dure/dev/${name}`, Type: 'String', Value, Overwrite: true };
    const signed = `--aws-sigv4 aws:amz:${environment['AWS_REGION']}:ssm --user local:local`;
    return `  curl ${url} ${signed} -H "X-Amz-Target: AmazonSSM.PutParameter" -d "${quoted(parameter)}"`;
  });
  const webhook = quoted({ url: '<URL of shipping>/v1/carrier-events', secret });
  return `An AWS account is ready at ${url}  (Ctrl-C ends it)

In another terminal:
${variables.join('\n')}

The services need the addresses of a payment provider and of a carrier. Sandboxes run here:
${puts.join('\n')}

Then:
  npm run deploy -- --stage dev

And tell the carrier where to report of its parcels:
  curl -X PUT ${carrier}/v1/webhook -H "content-type: application/json" -d "${webhook}"
`;
}

const quoted = (value: object): string => JSON.stringify(value).replaceAll('"', '\\"');

function fail(error: unknown): never {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
