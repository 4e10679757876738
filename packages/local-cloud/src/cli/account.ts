import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { CloudLog } from '../shared/types.ts';
import { HELP, parseAccountOptions } from './account-options.mjs';
import { type Account, startAccount } from '../account/start-account.ts';
import { fail, runUntilStopped } from './run-until-stopped.ts';

async function main(): Promise<void> {
  const { help, json, verbose, data, port, callers, fresh } = parseAccountOptions(process.argv.slice(2));
  if (help) return void process.stdout.write(HELP);
  const workspace = process.cwd();
  const onError = (message: string): void => void process.stderr.write(`error: ${message}\n`);
  const log: CloudLog = (level, message) => {
    if (verbose || level === 'error' || level === 'warn') process.stderr.write(`${level}: ${message}\n`);
  };
  await runUntilStopped({
    start: () =>
      startAccount({
        ...{ workspace, dataDir: resolve(workspace, data), callers, fresh, log },
        ...(port !== undefined && { port }),
      }),
    onReady: (account) => process.stdout.write(json ? `${JSON.stringify(summaryOf(account))}\n` : greeting(account)),
    onStopping: () => json || process.stderr.write('\nStopping … (Ctrl-C again forces it)\n'),
    onError,
  });
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

main().catch(fail);
