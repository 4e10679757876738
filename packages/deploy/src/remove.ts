import { openAccount, urlParameter } from './account.ts';
import { readCompose } from './compose.ts';
import { DeployError } from './deploy-error.ts';
import { reversed, select } from './order.ts';
import { inWords } from './progress.ts';
import { columns, type Context, exitCode, runAll } from './run.ts';
import { tellStopped } from './stopped.ts';

/** `npm run remove`: all or some services, dependants first. */
export async function removeServices(context: Context): Promise<number> {
  const { root, options, signal, screen } = context;
  const { stage } = options;
  const all = readCompose(root);
  const selected = select(reversed(all), options.only);
  const names = selected.map(({ name }) => name);
  const account = await openAccount(options.region);
  try {
    await refuseNeeded();
    if (!options.yes) {
      screen.write(`This removes ${names.join(', ')} from the stage ${stage} in ${account.place}.\n`);
      if (stage !== 'dev') screen.write('Their tables, archives and keys stay, as they do outside dev.\n');
      screen.write(`Nothing is removed yet. To do it, say so: --yes\n`);
      return 1;
    }
    screen.write(`Removing ${names.length} services from the stage ${stage} in ${account.place}\n`);
    const states = await runAll(context, 'remove', selected);
    if (signal.aborted) await tellStopped(screen, account, stage, states);
    if (options.json) process.stdout.write(`${JSON.stringify({ stage, services: Object.fromEntries(states) })}\n`);
    else screen.write(`\n${columns([...states].map(([name, state]) => [name, inWords(state, '')]))}`);
    return exitCode(states, signal);
  } finally {
    account.close();
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
          `remove both: npm run remove -- --stage ${stage} --only ${needed},${name} --yes`,
      );
    }
  }
}
