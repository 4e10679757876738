import { announce, bootstrap, type Deployment } from '@dure/release-gate/deployment';
import { BOOTSTRAP } from '@dure/release-gate/find-registry';
import { type Answer, unknown } from '@dure/release-gate/gate';
import { type Registry, RegistryUnknown } from '@dure/release-gate/registry';
import { inWords } from '@dure/release-gate/words';
import { type Account, urlParameter } from './account.ts';
import { ask, registryOf } from './can-deploy.ts';
import type { ComposedService } from './compose.ts';
import { manifestsOf } from './packaged.ts';
import { type Context, runAll } from './run.ts';
import type { Ending, States } from './schedule.ts';

/** What came of a deployment. `refused`: the gate did not let all of it pass. */
export interface Gated {
  readonly states: States;
  readonly refused?: Answer;
}

/** The service that is asked. */
const REGISTRY = 'registry';
/** How often the gate is asked again when the stage changes before the releases are announced. */
const TRIES = 3;

/**
 * Deploys packaged services if the registry of the stage says that they break nobody, and records what then runs. A
 * stage without a registry gets it first, with what it needs; that is recorded as the stage's bootstrap.
 */
export async function deployGated(
  context: Context,
  account: Account,
  composed: readonly ComposedService[],
  services: readonly ComposedService[],
): Promise<Gated> {
  if (services.length === 0) return { states: new Map() };
  return deployReleases(context, account, composed, services);
}

const isMock =
  ({ options }: Context) =>
  ({ name }: ComposedService): boolean =>
    options.mock?.includes(name) === true;

async function deployReleases(
  context: Context,
  account: Account,
  composed: readonly ComposedService[],
  services: readonly ComposedService[],
): Promise<Gated> {
  try {
    const registry = await registryOf(context);
    if (registry !== undefined) return await deployIfSafe(context, account, registry, services);
  } catch (error) {
    return refuse(context, error);
  }
  const { screen, options } = context;
  if (!composed.some(({ name }) => name === REGISTRY)) {
    screen.write(
      'This workspace has no registry, and neither has the stage: nobody is asked whether this breaks anything.\n',
    );
    return { states: await runAll(context, 'deploy', services, { packaged: true }) };
  }
  // Before there is a registry, a stage may have mocks. They are unknown to it until they are deployed again.
  if (services.every(isMock(context))) return { states: await runAll(context, 'deploy', services, { packaged: true }) };
  if (!services.some(({ name }) => name === REGISTRY)) {
    const first = `npm run deploy -- --stage ${options.stage} --services ${BOOTSTRAP.join(',')}`;
    const answer = unknown(options.stage, `There is no registry in ${options.stage}. It comes first: ${first}`);
    screen.write(`\n${inWords(answer)}`);
    return { states: new Map(), refused: answer };
  }
  return deployFirst(context, account, services);
}

/** The registry and what it needs, then the others by the gate. */
async function deployFirst(context: Context, account: Account, services: readonly ComposedService[]): Promise<Gated> {
  const { screen, options } = context;
  const [first, others] = [true, false].map((is) => services.filter(({ name }) => BOOTSTRAP.includes(name) === is));
  const names = first!.map(({ name }) => name).join(', ');
  screen.write(`${options.stage} has no registry yet. This is its bootstrap, which nobody judges: ${names}\n`);
  // The framework removes the packages that it has deployed.
  const manifests = manifestsOf(first!, options.urgent);
  const states = await runAll(context, 'deploy', first!, { packaged: true });
  if ([...states.values()].some(({ is }) => is !== 'done')) return { states };
  try {
    const registry = await registryOf(context);
    if (registry === undefined) throw new RegistryUnknown('The registry was deployed, and publishes no address.');
    const labelled = [];
    for (const manifest of manifests) {
      labelled.push({ service: manifest.service, label: await registry.register(manifest) });
    }
    const deployment = bootstrap(registry, options.stage, labelled);
    for (const { service } of labelled) await deployment.done(service, await endpointsOf(context, account, service));
    if (others!.length === 0) return { states };
    const rest = await deployIfSafe(context, account, registry, others!);
    return { ...rest, states: new Map([...states, ...rest.states]) };
  } catch (error) {
    return { ...refuse(context, error), states };
  }
}

async function deployIfSafe(
  context: Context,
  account: Account,
  registry: Registry,
  services: readonly ComposedService[],
): Promise<Gated> {
  const { screen, options } = context;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = await ask(context, registry, services);
    screen.write(`\n${inWords(answer)}\n`);
    if (answer.answer !== 'yes') return { states: new Map(), refused: answer };
    const deployment = await announce(registry, answer);
    if (deployment === undefined) continue;
    const ordered = await inSafeOrder(registry, answer, services);
    const states = await runAll(context, 'deploy', ordered, {
      packaged: true,
      variables: ({ name }) => ({ DURE_LABEL: deployment.labelOf(name) ?? '' }),
      ended: (service, ending) => record(context, account, deployment, service.name, ending),
    });
    for (const [name, { is }] of states)
      if (is === 'skipped') await record(context, account, deployment, name, 'stopped');
    return { states };
  }
  throw new RegistryUnknown(`${options.stage} changed ${TRIES} times while it was asked about.`);
}

/** A recording that fails does not fail the deployment, which has happened. It shows as drift. */
async function record(context: Context, account: Account, deployment: Deployment, service: string, ending: Ending) {
  try {
    if (ending === 'done') await deployment.done(service, await endpointsOf(context, account, service));
    else await deployment.failed(service);
  } catch (error) {
    if (!(error instanceof RegistryUnknown)) throw error;
    context.screen.write(`${service} is ${ending}, and that is not recorded: ${error.message}\n`);
  }
}

async function endpointsOf({ options }: Context, account: Account, service: string) {
  const name = urlParameter(options.stage, service);
  const url = (await account.parameters([name])).get(name);
  return url === undefined ? undefined : [{ region: options.region, url }];
}

/**
 * If a release changes what runs uses or provides, one service after the other in the order that the registry has found
 * safe at every step; else as their dependencies allow.
 */
async function inSafeOrder(
  registry: Registry,
  { stage, order = [], releases }: Answer,
  services: readonly ComposedService[],
): Promise<readonly ComposedService[]> {
  const { running } = await registry.stage(stage);
  const earlier = running.filter(({ state, ...it }) => state === 'live' && releases.some((one) => isOther(it, one)));
  const known = await Promise.all(earlier.map((it) => registry.contractsOf(it)));
  const next = await Promise.all(
    earlier.map((it) => registry.contractsOf(releases.find((one) => one.service === it.service)!)),
  );
  if (JSON.stringify(known) === JSON.stringify(next)) return services;
  const first = order.flatMap((name) => services.filter((service) => service.name === name));
  const sorted = [...first, ...services.filter((service) => !first.includes(service))];
  return sorted.map((service, index) => ({ ...service, dependsOn: sorted.slice(0, index).map(({ name }) => name) }));
}

const isOther = (one: { service: string; label: string }, other: { service: string; label: string }): boolean =>
  one.service === other.service && one.label !== other.label;

function refuse({ screen, options }: Context, error: unknown): Gated {
  if (!(error instanceof RegistryUnknown)) throw error;
  const answer = unknown(options.stage, error.message);
  screen.write(`\n${inWords(answer)}`);
  return { states: new Map(), refused: answer };
}
