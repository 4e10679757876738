import type { LocalCloud } from '../workspace/options.ts';
import { plainGet } from '../workspace/plain-get.ts';
import { exported } from './exported.ts';

const HEALTH = '/v1/health';

interface Workspace {
  /** The services that were asked for by name; undefined when all run. */
  readonly only: readonly string[] | undefined;
  /** Whether it has `npm run demo`, which needs all services. */
  readonly demo: boolean;
  /** The folder of the data, where it is another than the one that commands look into by themselves. */
  readonly data?: string;
}

/** What a person may type when the local cloud is ready: a request to a service that was asked for, and the AWS CLI. */
export function nextSteps(
  { url, services, environment, accounts = {} }: Pick<LocalCloud, 'url' | 'services' | 'environment' | 'accounts'>,
  { only, demo, data }: Workspace,
): string {
  const mocked = services.filter(({ mocks }) => mocks > 0);
  const elsewhere = url.endsWith(':4000') ? '' : ` -- --url ${url}`;
  const proposed = [
    demo &&
      only === undefined &&
      mocked.length === 0 &&
      `npm run demo${elsewhere}    # places orders; README.md shows how to place your own`,
    services.some(({ name, state }) => name === 'identity' && state === 'running') &&
      `npm run --silent token -- --as operator${data === undefined ? '' : ` --data ${data}`}    # an access token; or customer, merchandiser, auditor, deployer`,
    requestTo(services.filter(({ name }) => only === undefined || only.includes(name))),
  ];
  const steps = proposed.filter((step) => typeof step === 'string').map((step) => `  ${step}\n`);
  return `Ready at ${url}  (Ctrl-C ends it)
${documentationAt(services)}${steps.length === 0 ? '' : `\nNext:\n${steps.join('')}`}${accountsOf(accounts)}
For the AWS CLI, in another terminal (docs/debugging.md has examples):
${exported(environment)}
${mocked.map(whatAMockDoes).join('')}${failedOnes(services)}`;
}

const accountsOf = (accounts: Readonly<Record<string, string>>): string => {
  const lines = Object.entries(accounts).map(([email, password]) => `\n  ${email}  ${password}`);
  return lines.length === 0 ? '' : `\nTo sign in on this laptop:${lines.join('')}\n`;
};

/** A person who waits for its events would wait for ever. */
function whatAMockDoes({ name, mocks, routes }: LocalCloud['services'][number]): string {
  const of =
    mocks === routes.length ? 'is a mock: it' : `has ${mocks} endpoints of ${routes.length} that are mocks: each`;
  return `\n${name} ${of} answers by the examples of the contracts, keeps nothing and publishes no events (docs/mocks.md).\n`;
}

/** Last, because what was said of them at the start is far above. */
const failedOnes = (services: LocalCloud['services']): string =>
  services
    .filter(({ state }) => state !== 'running')
    .map(({ name, reason }) => `\n${name} does not run: ${reason ?? 'its reason is above'}\n`)
    .join('');

const DOCS = '/docs';

function documentationAt(services: LocalCloud['services']): string {
  const found = services.find(({ routes }) => routes.some((route) => plainGet(route) === DOCS));
  return found === undefined ? '' : `Documentation at ${found.url}${DOCS}\n`;
}

function requestTo(services: LocalCloud['services']): string | undefined {
  const paths = services.flatMap(({ url, routes }) => {
    const plain = routes.map(plainGet).filter((path) => path !== undefined);
    const [path] = plain.includes(HEALTH) ? [HEALTH] : plain;
    return path === undefined ? [] : [url + path];
  });
  return paths.length === 0 ? undefined : `curl ${paths[0]}`;
}
