import { ReleaseError } from '@dure/release-gate/release-error';
import { canDeployServices } from './can-deploy.ts';
import { deployServices } from './deploy.ts';
import { DeployError } from './deploy-error.ts';
import { COMMANDS, type Command, HELP, parseOptions } from './options.ts';
import { packageServices } from './package.ts';
import { removeServices } from './remove.ts';
import type { Context } from './run.ts';

const RUN: Readonly<Record<Command, (context: Context) => Promise<number>>> = {
  deploy: deployServices,
  remove: removeServices,
  package: packageServices,
  'can-deploy': canDeployServices,
};

/** `node cli.ts deploy --stage dev`, from the repository's root. Exits with 0, 1, 2 for unknown, or 130. */
async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  const command = COMMANDS.find((one) => one === name);
  if (command === undefined) throw new DeployError(`There is no command "${name}". There are ${COMMANDS.join(', ')}.`);
  const options = parseOptions(command, args);
  if (options === undefined) {
    process.stdout.write(HELP[command]);
    return 0;
  }
  const screen = options.json ? process.stderr : process.stdout;
  return RUN[command]({ root: process.cwd(), options, screen, signal: untilStopped(screen) });
}

/** One Ctrl-C may arrive twice: from the terminal and from the parent script. */
function untilStopped(screen: NodeJS.WriteStream): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return;
    screen.write('\nStopping: nothing more is begun, and what runs is ended in ten seconds at most …\n');
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(signal, stop);
  return controller.signal;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isMistake = error instanceof DeployError || error instanceof ReleaseError;
  process.stderr.write(`${isMistake ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
}
process.removeAllListeners('disconnect');
if (process.connected) process.disconnect();
