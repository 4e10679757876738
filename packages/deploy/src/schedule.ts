interface Task {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** The result of a run. `stopped`: it was interrupted. */
export type Ending = 'done' | 'failed' | 'stopped';

export type State =
  | { readonly is: 'waiting' }
  | { readonly is: 'running'; readonly since: number }
  /** It is packaged, and waits until its dependencies are done. */
  | { readonly is: 'packaged' }
  | { readonly is: Ending; readonly seconds: number }
  /** It did not start, because a dependency failed or the run was interrupted. */
  | { readonly is: 'skipped'; readonly because: string };

export type States = ReadonlyMap<string, State>;

interface Running<T extends Task> {
  readonly limit: number;
  /**
   * Whether a task begins before its dependencies are done. It then calls `turn` when it needs them. Tasks that wait for
   * their turn do not count towards `limit`; at most twice the limit have begun. By default none does.
   */
  ahead?(task: T): boolean;
  /** After an abort no task starts. Running tasks get the same signal. */
  readonly signal: AbortSignal;
  /** `turn` resolves to true once the dependencies are done, and to false if they never will be. */
  run(task: T, turn: () => Promise<boolean>): Promise<Ending>;
  changed(states: States): void;
}

/**
 * Runs tasks in the order of their dependencies, at most `limit` at a time. Dependants of a failed task are skipped;
 * other tasks continue. Dependencies outside the given tasks count as met.
 * @returns every task's final state
 */
export async function inOrder<T extends Task>(tasks: readonly T[], running: Running<T>): Promise<States> {
  const { limit, ahead = () => false, signal, run, changed } = running;
  const states = new Map<string, State>(tasks.map(({ name }) => [name, { is: 'waiting' }]));
  const turns = new Map<string, (mayGo: boolean) => void>();
  const count = (...kinds: State['is'][]) => [...states.values()].filter(({ is }) => kinds.includes(is)).length;
  let wake = (): void => undefined;
  const set = (name: string, state: State): void => {
    states.set(name, state);
    changed(states);
    wake();
  };
  const begin = async (task: T): Promise<void> => {
    const { name } = task;
    const since = performance.now();
    set(name, { is: 'running', since });
    const turn = async (): Promise<boolean> => {
      const mayGo = new Promise<boolean>((resolve) => turns.set(name, resolve));
      set(name, { is: 'packaged' });
      return mayGo;
    };
    const ending = await run(task, turn);
    if (states.get(name)?.is !== 'skipped') set(name, { is: ending, seconds: (performance.now() - since) / 1000 });
  };
  const open = (name: string, mayGo: boolean): void => {
    turns.get(name)?.(mayGo);
    turns.delete(name);
  };
  const pending = new Set<Promise<void>>();
  for (;;) {
    const changedSince = new Promise<void>((resolve) => (wake = resolve));
    skipHopeless(tasks, states, signal);
    for (const name of turns.keys()) if (states.get(name)?.is === 'skipped') open(name, false);
    for (const task of tasks) {
      const { name } = task;
      const is = states.get(name)?.is;
      if (count('running') >= limit) break;
      if (is === 'packaged' && isReady(task, states)) {
        states.set(name, { is: 'running', since: performance.now() });
        open(name, true);
      } else if (is === 'waiting' && (ahead(task) ? hasBegun(task, states) : isReady(task, states))) {
        if (count('running', 'packaged') >= 2 * limit) continue;
        const promise = begin(task).finally(() => pending.delete(promise));
        pending.add(promise);
      }
    }
    if (pending.size === 0) break;
    await Promise.race([...pending, changedSince]);
  }
  changed(states);
  return states;
}

function isReady({ dependsOn }: Task, states: States): boolean {
  return dependsOn.every((name) => (states.get(name)?.is ?? 'done') === 'done');
}

function hasBegun({ dependsOn }: Task, states: States): boolean {
  return dependsOn.every((name) => states.get(name)?.is !== 'waiting');
}

function skipHopeless(tasks: readonly Task[], states: Map<string, State>, signal: AbortSignal): void {
  for (let found = true; found;) {
    found = false;
    for (const { name, dependsOn } of tasks) {
      if (!['waiting', 'packaged'].includes(states.get(name)?.is ?? '')) continue;
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
