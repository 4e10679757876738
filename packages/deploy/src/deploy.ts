import { columns } from '@dure/release-gate/columns';
import { EXIT } from '@dure/release-gate/gate';
import { type Account, artefactsParameter, openAccount, urlParameter } from './account.ts';
import { readArtefacts } from './artefacts.ts';
import { chosen } from './chosen.ts';
import { counted, type ComposedService } from './compose.ts';
import { deployGated } from './gated.ts';
import { packageAll } from './packaged.ts';
import { inWords } from './progress.ts';
import { refuseMocks } from './refuse-mocks.ts';
import { type Context, exitCode } from './run.ts';
import type { States } from './schedule.ts';
import { reportStopped } from './stopped.ts';

/**
 * `npm run deploy`: all or some services, in the order of their dependencies, if the gate says that they break nobody.
 * Everything is packaged before anything is changed.
 */
export async function deployServices(context: Context): Promise<number> {
  const { root, options, signal, screen } = context;
  const { all, selected } = chosen(root, options);
  const account = await openAccount(options.region);
  try {
    await refuseMocks(options);
    const failed = await packageAll(context, selected);
    if (failed !== undefined) return failed;
    const services = options.changed ? await changedOnes(context, account, selected) : selected;
    if (services.length === 0) screen.write('Nothing is to be deployed.\n');
    else screen.write(`Deploying ${counted(services)} to the stage ${options.stage} in ${account.place}\n`);
    const { states, refused } = await deployGated(context, account, all, services);
    if (signal.aborted) await reportStopped(screen, account, options.stage, states);
    if (refused !== undefined && options.json) process.stdout.write(`${JSON.stringify(refused)}\n`);
    if (refused !== undefined && states.size === 0) return EXIT[refused.answer];
    const done = services.filter(({ name }) => states.has(name));
    if (refused === undefined || !options.json) await announce(context, account, done, states);
    return refused === undefined ? exitCode(states, signal) : EXIT[refused.answer];
  } finally {
    account.close();
  }
}

/** The packaged services whose code or configuration differs from the stage. */
async function changedOnes(
  context: Context,
  account: Account,
  services: readonly ComposedService[],
): Promise<ComposedService[]> {
  const { stage } = context.options;
  const deployed = await account.parameters(services.map(({ name }) => artefactsParameter(stage, name)));
  const changed = services.filter(
    ({ name, folder }) => deployed.get(artefactsParameter(stage, name)) !== readArtefacts(folder).digest,
  );
  const same = services.filter((service) => !changed.includes(service)).map(({ name }) => name);
  if (same.length > 0) context.screen.write(`Already up to date: ${same.join(', ')}\n`);
  return changed;
}

/** Prints the URLs and the next commands. */
async function announce(
  { options, screen }: Context,
  account: Account,
  services: readonly ComposedService[],
  states: States,
): Promise<void> {
  const { stage, region, json } = options;
  const done = services.filter(({ name }) => states.get(name)?.is === 'done');
  const urls = await account.parameters(done.map(({ name }) => urlParameter(stage, name)));
  const httpApis = await Promise.all(
    done.map(async ({ name }) => [name, await account.httpApiUrl(`${name}-${stage}`)] as const),
  );
  const httpApiUrls = new Map(httpApis);
  const rows = services.map(({ name }) => ({
    service: name,
    state: states.get(name)!,
    url: urls.get(urlParameter(stage, name)),
    httpApiUrl: httpApiUrls.get(name),
  }));
  if (json) process.stdout.write(`${JSON.stringify({ stage, region, services: rows })}\n`);
  else {
    const lines = rows.flatMap(({ service, state, url, httpApiUrl }) => {
      const [first = '', ...others] = [url, httpApiUrl && `${httpApiUrl}  (HTTP API)`].filter(
        (one) => one !== undefined,
      );
      return [[service, inWords(state, ''), first], ...others.map((other) => ['', '', other])];
    });
    screen.write(`\n${columns(lines)}`);
    const through = rows.every(({ state }) => state.is === 'done');
    const health = rows.find(({ url }) => url !== undefined)?.url;
    if (through && health !== undefined)
      screen.write(`\n${nextSteps(stage, region, health, options.only === undefined && options.mock === undefined)}`);
  }
}

/** @param all whether all services are there, which the tests of a stage need */
function nextSteps(stage: string, region: string, url: string, all: boolean): string {
  const at = `--stage ${stage} --region ${region}`;
  const tests = `
  DURE_API_KEY=… npm run test:stage -- --stage ${stage}   places orders there and checks how they end
  docs/deploy.md: an order by hand, logs, roll-back, removal`;
  return `Next:
  curl ${url}/v1/health
  npm run api-key -- --client me ${at}          an API key for every service${all ? tests : ''}
`;
}
