import { columns } from '@dure/release-gate/columns';
import { recordRemoval } from '@dure/release-gate/deployment';
import { findRegistry } from '@dure/release-gate/find-registry';
import { type Answer, askToRemove, EXIT, unknown } from '@dure/release-gate/gate';
import { openRegistry, RegistryUnknown } from '@dure/release-gate/registry';
import { inWords } from '@dure/release-gate/words';
import { openAccount, urlParameter } from './account.ts';
import { chosen } from './chosen.ts';
import { counted, type ComposedService } from './compose.ts';
import { DeployError } from './deploy-error.ts';
import { inWords as stateInWords } from './progress.ts';
import { refuseMocks } from './refuse-mocks.ts';
import { type Context, exitCode, runAll } from './run.ts';
import type { Ending, State } from './schedule.ts';
import { emptying, openStacks } from './stack.ts';
import { reportStopped } from './stopped.ts';

/** `serverless remove` needs the REST API, which a removal that failed, or a first deployment, may have left out. */
const NO_API = /\bResource ApiGatewayRestApi does not exist for stack\b/;
const NO_STACK: State = { is: 'skipped', because: 'it has no stack on this stage' };

/** `npm run remove`: all or some services, dependants first. */
export async function removeServices(context: Context): Promise<number> {
  const { root, options, signal, screen } = context;
  const { stage } = options;
  const { all, selected } = chosen(root, options, { last: true });
  const names = selected.map(({ name }) => name);
  const account = await openAccount(options.region);
  const stacks = openStacks(options.region);
  try {
    await refuseMocks(options);
    await refuseNeeded();
    const deployed = await withStack();
    await refuseFull(deployed);
    if (deployed.length < selected.length) {
      const missing = names.filter((name) => !deployed.some((service) => service.name === name));
      screen.write(`No stack on the stage ${stage}, so nothing to remove: ${missing.join(', ')}\n`);
    }
    const refused = await refusedByGate(deployed.map(({ name }) => name));
    if (refused !== undefined) {
      if (options.json) process.stdout.write(`${JSON.stringify(refused)}\n`);
      else screen.write(inWords(refused));
      return EXIT[refused.answer];
    }
    if (deployed.length > 0 && !options.yes) {
      screen.write(
        `This removes ${deployed.map(({ name }) => name).join(', ')} from the stage ${stage} in ${account.place}.\n`,
      );
      if (stage !== 'dev') screen.write('Their tables, archives and keys stay, as they do outside dev.\n');
      screen.write(`Nothing is removed yet. To do it, say so: --yes\n`);
      return 1;
    }
    if (deployed.length > 0) {
      screen.write(`Removing ${counted(deployed)} from the stage ${stage} in ${account.place}\n`);
    }
    const states = await runAll(context, 'remove', deployed, {
      ...{ mend: deleteStack, ended: recordRemoved },
      variables: () => ({ DURE_MAY_GO: '1' }),
    });
    if (signal.aborted) await reportStopped(screen, account, stage, states);
    const services = Object.fromEntries(names.map((name) => [name, states.get(name) ?? NO_STACK]));
    if (options.json) process.stdout.write(`${JSON.stringify({ stage, services })}\n`);
    else screen.write(`\n${columns([...states].map(([name, state]) => [name, stateInWords(state, '')]))}`);
    return exitCode(states, signal);
  } finally {
    account.close();
    stacks.close();
  }

  /**
   * The answer that stops a removal: whoever stays requires something of what leaves. A stage that has no registry, or
   * loses it with this removal and cannot ask it, asks nobody.
   */
  async function refusedByGate(leaving: readonly string[]): Promise<Answer | undefined> {
    if (leaving.length === 0) return undefined;
    try {
      const place = await findRegistry({ stage, aws: { region: options.region } });
      if (place === undefined) return undefined;
      const answer = await askToRemove(openRegistry(place), stage, leaving);
      if (answer.answer === 'yes') return undefined;
      return answer.answer === 'unknown' && leaving.includes('registry') ? undefined : answer;
    } catch (error) {
      if (!(error instanceof RegistryUnknown)) throw error;
      if (!leaving.includes('registry')) return { ...unknown(stage, error.message), removals: leaving };
      screen.write(`Nobody is asked whether this breaks anything: ${error.message}\n`);
      return undefined;
    }
  }

  async function withStack(): Promise<ComposedService[]> {
    const statuses = await Promise.all(selected.map(({ name }) => account.stackStatus(`${name}-${stage}`)));
    return selected.filter((_, index) => statuses[index] !== undefined);
  }

  /** CloudFormation deletes no bucket that has objects: the removal would fail in the middle. */
  async function refuseFull(services: readonly ComposedService[]): Promise<void> {
    const found = await Promise.all(
      services.map(async ({ name }) => {
        const buckets = await stacks.fullBuckets(`${name}-${stage}`);
        return buckets.map((bucket) => `  ${name}: ${emptying(bucket)}\n`);
      }),
    );
    const lines = found.flat();
    if (lines.length === 0) return;
    throw new DeployError(
      `Nothing was removed: these buckets are not empty, and CloudFormation cannot delete them. ` +
        `Keep what you need, empty them, then run the same command again. A bucket with versions loses a thousand at a ` +
        `time:\n${lines.join('').trimEnd()}`,
    );
  }

  /** Completes what `serverless remove` cannot. */
  async function deleteStack({ name }: ComposedService, output: string): Promise<string | undefined> {
    if (!NO_API.test(output)) return output;
    try {
      const failure = await stacks.delete(`${name}-${stage}`, signal);
      return failure === undefined ? undefined : `Error:\n${failure}`;
    } catch (error) {
      return `Error:\n${(error as Error).message}`;
    }
  }

  /** The registry's own removal is recorded nowhere: its records go with it. */
  async function recordRemoved({ name }: ComposedService, ending: Ending): Promise<void> {
    if (ending !== 'done' || name === 'registry') return;
    try {
      const place = await findRegistry({ stage, aws: { region: options.region } });
      if (place !== undefined) await recordRemoval(openRegistry(place), stage, name);
    } catch (error) {
      if (!(error instanceof RegistryUnknown)) throw error;
      screen.write(`${name} was removed, and that is not recorded: ${error.message}\n`);
    }
  }

  /** A service stays as long as a deployed service depends on it. */
  async function refuseNeeded(): Promise<void> {
    const others = all.filter(({ name }) => !names.includes(name));
    const urls = await account.parameters(others.map(({ name }) => urlParameter(stage, name)));
    for (const { name, dependsOn } of others) {
      const needed = dependsOn.find((other) => names.includes(other));
      if (needed === undefined || !urls.has(urlParameter(stage, name))) continue;
      throw new DeployError(
        `${needed} cannot be removed while ${name} is deployed in ${stage}, which depends on it: ` +
          `remove both: npm run remove -- --stage ${stage} --services ${needed},${name} --yes`,
      );
    }
  }
}
