interface Task {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** The result of a run. `stopped`: it was interrupted. */
export type Ending = 'done' | 'failed' | 'stopped';

export type State =
  | { readonly is: 'waiting' }
  | { readonly is: 'running'; readonly since: number }
  | { readonly is: Ending; readonly seconds: number }
  /** It did not start, because a dependency failed or the run was interrupted. */
  | { readonly is: 'skipped'; readonly because: string };

export type States = ReadonlyMap<string, State>;

interface Running<T extends Task> {
  readonly limit: number;
  /** After an abort no task starts. Running tasks get the same signal. */
  readonly signal: AbortSignal;
  run(task: T): Promise<Ending>;
  changed(states: States): void;
}

/**
 * Runs tasks in the order of their dependencies, at most `limit` at a time. Dependants of a failed task are skipped;
 * other tasks continue. Dependencies outside the given tasks count as met.
 * @returns every task's final state
 */
export async function inOrder<T extends Task>(tasks: readonly T[], running: Running<T>): Promise<States> {
  const { limit, signal, run, changed } = running;
  const states = new Map<string, State>(tasks.map(({ name }) => [name, { is: 'waiting' }]));
  const under = new Set<Promise<void>>();
  const begin = async (task: T) => {
    const since = performance.now();
    states.set(task.name, { is: 'running', since });
    changed(states);
    const ending = await run(task);
    states.set(task.name, { is: ending, seconds: (performance.now() - since) / 1000 });
    changed(states);
  };
  for (;;) {
    skipHopeless(tasks, states, signal);
    const ready = tasks.filter((task) => states.get(task.name)?.is === 'waiting' && isReady(task, states));
    for (const task of ready.slice(0, limit - under.size)) {
      const promise = begin(task).finally(() => under.delete(promise));
      under.add(promise);
    }
    if (under.size === 0) break;
    await Promise.race(under);
  }
  changed(states);
  return states;
}

function isReady({ dependsOn }: Task, states: States): boolean {
  return dependsOn.every((name) => (states.get(name)?.is ?? 'done') === 'done');
}

function skipHopeless(tasks: readonly Task[], states: Map<string, State>, signal: AbortSignal): void {
  for (let found = true; found;) {
    found = false;
    for (const { name, dependsOn } of tasks) {
      if (states.get(name)?.is !== 'waiting') continue;
      const cause = dependsOn.find((other) => ['failed', 'stopped', 'skipped'].includes(states.get(other)?.is ?? ''));
      if (cause === undefined && !signal.aborted) continue;
      states.set(name, {
        is: 'skipped',
        because: signal.aborted ? 'interrupted before it began' : `${cause} did not succeed`,
      });
      found = true;
    }
  }
}
