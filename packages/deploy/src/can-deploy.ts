import { testDependants } from '@dure/release-gate/dependants';
import { findRegistry } from '@dure/release-gate/find-registry';
import { type Answer, askGate, EXIT, unknown } from '@dure/release-gate/gate';
import { openRegistry, type Registry, RegistryUnknown } from '@dure/release-gate/registry';
import { inWords } from '@dure/release-gate/words';
import { type ComposedService, readCompose } from './compose.ts';
import { select } from './order.ts';
import { manifestsOf, packageAll } from './packaged.ts';
import type { Context } from './run.ts';

/** `npm run can-deploy`: asks, and changes nothing. */
export async function canDeployServices(context: Context): Promise<number> {
  const { root, options, screen, signal } = context;
  const services = select(readCompose(root), options.only);
  const failed = await packageAll(context, services);
  if (failed !== undefined) return failed;
  const answer = await askFor(context, services);
  if (options.json) process.stdout.write(`${JSON.stringify(answer)}\n`);
  screen.write(`\n${inWords(answer)}`);
  return signal.aborted ? 130 : EXIT[answer.answer];
}

async function askFor(context: Context, services: readonly ComposedService[]): Promise<Answer> {
  const { stage } = context.options;
  try {
    const registry = await registryOf(context);
    if (registry !== undefined) return await ask(context, registry, services);
    return unknown(stage, `There is no registry in ${stage}. The first npm run deploy with it brings it there.`);
  } catch (error) {
    if (error instanceof RegistryUnknown) return unknown(stage, error.message);
    throw error;
  }
}

/** The registry of the stage; undefined if none was ever deployed. @throws RegistryUnknown */
export async function registryOf({ options }: Context): Promise<Registry | undefined> {
  const { stage, region, deadlineMs } = options;
  const place = await findRegistry({ stage, aws: { region } });
  return place && openRegistry({ ...place, deadlineMs });
}

/** The answer for packaged services, their dependants' tests included. */
export function ask(context: Context, registry: Registry, services: readonly ComposedService[]): Promise<Answer> {
  const { root, options, screen, signal } = context;
  const composed = readCompose(root);
  const check = testDependants({
    ...{ root, signal },
    folderOf: (service) => composed.find(({ name }) => name === service)?.folder,
    say: (text) => void screen.write(text),
  });
  return askGate(registry, options.stage, manifestsOf(services, options.urgent), check);
}
