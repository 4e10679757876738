import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComposedService } from './compose.ts';
import type { Command, Options } from './options.ts';
import { progress } from './progress.ts';
import { reasonOf, remedyFor } from './remedy.ts';
import { type Ending, inOrder, type States } from './schedule.ts';
import { serverless } from './serverless.ts';
import { waitsForTurn } from './waits-for-turn.ts';

/** The context of a command. */
export interface Context {
  readonly root: string;
  readonly options: Options;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** For people; with `--json`, standard output is for programs. */
  readonly screen: NodeJS.WriteStream;
}

/** A command of the Serverless CLI. */
type Run = Exclude<Command, 'can-deploy'>;

const VERBS: Readonly<Record<Run, string>> = { deploy: 'deploying', remove: 'removing', package: 'packaging' };

/** What a command adds to the run of the Serverless CLI. */
export interface Hooks {
  /** Gets the output of a failed command; it returns undefined if it did the work itself, else the output. */
  mend?(service: ComposedService, output: string): Promise<string | undefined>;
  /** Called when a service is through, before those that depend on it begin. */
  ended?(service: ComposedService, ending: Ending): Promise<void>;
  /** More environment variables of the CLI. */
  variables?(service: ComposedService): Readonly<Record<string, string>>;
  /** Whether the services are packaged already. */
  readonly packaged?: boolean;
}

/**
 * Runs one command of the Serverless CLI for each service, in order, and shows the progress. Lists failures at the end,
 * with reason and remedy. Saves all output in `.local/deploy/`.
 */
export async function runAll(
  context: Context,
  command: Run,
  services: readonly ComposedService[],
  { mend = async (_, output) => output, ended, variables, packaged = false }: Hooks = {},
): Promise<States> {
  const { options, signal, screen, root } = context;
  const { stage, region } = options;
  const view = progress(screen, VERBS[command]);
  const packagedAhead = new Set(command === 'deploy' ? services.filter(({ folder }) => waitsForTurn(folder)) : []);
  const takesTurns = (service: ComposedService): boolean => packagedAhead.has(service);
  const failures: { service: ComposedService; output: string }[] = [];
  const run = async (service: ComposedService, turn: () => Promise<boolean>): Promise<Ending> => {
    const ending = await runOne(service, turn);
    await ended?.(service, ending);
    return ending;
  };
  const runOne = async (service: ComposedService, turn: () => Promise<boolean>): Promise<Ending> => {
    const { code, output, stopped } = await serverless({
      folder: service.folder,
      args: [
        ...[command, '--stage', stage, '--region', region],
        ...(command === 'package' ? [] : ['--verbose']),
        ...(packaged ? ['--package', '.serverless'] : []),
      ],
      signal,
      ...(variables !== undefined && { env: { ...process.env, ...variables(service) } }),
      ...(takesTurns(service) && { turn }),
      onLine: (line) => view.says(service.name, line),
    });
    keep(root, `${command}-${stage}-${service.name}.log`, output);
    if (code === 0) return 'done';
    if (stopped) return 'stopped';
    const failure = await mend(service, output);
    if (failure === undefined) return 'done';
    if (signal.aborted) return 'stopped';
    failures.push({ service, output: failure });
    return 'failed';
  };
  try {
    return await inOrder(services, {
      ...{ limit: options.limit, ahead: takesTurns, signal, run, changed: view.changed },
    });
  } finally {
    view.end();
    for (const failure of failures) screen.write(describe(failure, stage, command));
  }
}

function describe(
  { service: { name }, output }: { service: ComposedService; output: string },
  stage: string,
  command: Run,
): string {
  const remedy = remedyFor({ service: name, stage, command, output });
  const next = remedy === undefined ? '' : `\n  → ${remedy}`;
  const log = join('.local', 'deploy', `${command}-${stage}-${name}.log`);
  return `\n${name} failed:\n${reasonOf(output).replace(/^/gm, '  ')}${next}\n  (all of its output: ${log})\n`;
}

function keep(root: string, file: string, output: string): void {
  const folder = join(root, '.local', 'deploy');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), output);
}

/** The exit code: 0 for success, 1 for a failure, 130 after an interruption. */
export function exitCode(states: States, signal: AbortSignal): number {
  if (signal.aborted) return 130;
  return [...states.values()].every(({ is }) => is === 'done') ? 0 : 1;
}
