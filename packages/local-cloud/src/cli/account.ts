import { resolve } from 'node:path';
import type { CloudLog } from '../shared/types.ts';
import { HELP, parseAccountOptions } from './account-options.mjs';
import { type Account, startAccount } from '../account/start-account.ts';
import { exported } from './exported.ts';
import { fail, runUntilStopped } from './run-until-stopped.ts';
import type { Declaration } from '../sandboxes/declaration.ts';
import { valueOf } from '../sandboxes/surroundings.ts';

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

function summaryOf({ url, environment, sandboxes }: Account): object {
  return { pid: process.pid, url, environment, sandboxes };
}

/** What to type next, in another terminal. */
function greeting(account: Account): string {
  const steps = account.declarations.map((declaration) => stepsOf(declaration, account));
  const parameters = steps.flatMap(({ puts }) => puts);
  const webhooks = steps.flatMap(({ registrations }) => registrations);
  return `An AWS account is ready at ${account.url}  (Ctrl-C ends it)

In another terminal:
${exported(account.environment)}
${section('The services need these parameters. The sandboxes that they name run here:', parameters)}
Then:
  npm run deploy -- --stage dev
or, in the folder of a service, where the first line spares eight seconds of ten:
${exported({ SLS_AWS_MONITORING_FREQUENCY: '500' })}
  npx serverless deploy
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

main().catch(fail);
