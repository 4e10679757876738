import { relative } from 'node:path';
import { columns } from '@dure/release-gate/columns';
import { readArtefacts } from './artefacts.ts';
import { counted, readCompose } from './compose.ts';
import { select } from './order.ts';
import { type Context, exitCode, runAll } from './run.ts';

/** `npm run package`: all or some services, each into its `.serverless`. */
export async function packageServices(context: Context): Promise<number> {
  const { root, options, signal, screen } = context;
  const services = select(readCompose(root), options.only);
  screen.write(`Packaging ${counted(services)} for the stage ${options.stage}, ${options.limit} at a time\n`);
  const independent = services.map((service) => ({ ...service, dependsOn: [] }));
  const states = await runAll(context, 'package', independent);
  const packaged = services.filter(({ name }) => states.get(name)?.is === 'done');
  const artefacts = packaged.map(({ name, folder }) => ({ service: name, ...readArtefacts(folder) }));
  const folders = Object.fromEntries(services.map(({ name, folder }) => [name, relative(root, folder)]));
  if (options.json) process.stdout.write(`${JSON.stringify({ stage: options.stage, services: artefacts })}\n`);
  else {
    const rows = artefacts.map(({ service, digest, archives }) => [service, digest.slice(0, 12), sizes(archives)]);
    screen.write(`\n${columns(rows)}`);
    const [first] = packaged;
    if (first)
      screen.write(
        `\nNext: npm run deploy -- --stage ${options.stage}   (or in ${folders[first.name]} alone: npx serverless deploy)\n`,
      );
  }
  return exitCode(states, signal);
}

/** `api 88 kB, relay 61 kB` */
function sizes(archives: ReturnType<typeof readArtefacts>['archives']): string {
  return Object.entries(archives)
    .map(([name, { bytes }]) => `${name} ${Math.ceil(bytes / 1000)} kB`)
    .join(', ');
}
