import { Callable, type Named, Namespace, Unreadable, items } from '../reader/values.ts';
import { ErrorType } from './errors.ts';

const EMPTY = 'Empty';
const POLL_MS = 20;

const started = (target: unknown, args: unknown, delayMs: number): Namespace => {
  let work: Promise<unknown> = Promise.resolve();
  return new Namespace({
    start: new Callable(() => {
      if (!(target instanceof Callable)) throw new Unreadable('a thread of what is no function');
      work = pause(delayMs).then(() => target.call(args === undefined ? [] : items(args), {}));
      // What fails in a thread does not end a case.
      work.catch(() => {});
      return null;
    }),
    join: new Callable(() =>
      work.then(
        () => null,
        () => null,
      ),
    ),
    cancel: new Callable(() => null),
  });
};

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Threads, timers and their queues: work that goes on beside a case. */
export const THREADS: Readonly<Record<string, unknown>> = {
  Timer: new Callable(([seconds, target]) => started(target, undefined, Number(seconds) * 1000)),
  Thread: new Callable((_, named) => started(named['target'], named['args'], 0)),
  Empty: new ErrorType(EMPTY),
  Queue: new Callable(() => {
    const waiting: unknown[] = [];
    return new Namespace({
      put: new Callable(([item]) => void waiting.push(item)),
      get: new Callable((_, named) => next(waiting, named)),
      empty: new Callable(() => waiting.length === 0),
      qsize: new Callable(() => waiting.length),
    });
  }),
};

async function next(waiting: unknown[], { timeout }: Named): Promise<unknown> {
  const deadline = Date.now() + Number(timeout ?? 10) * 1000;
  while (waiting.length === 0) {
    if (Date.now() > deadline) throw new ErrorType(EMPTY).call([], {}) as Error;
    await pause(POLL_MS);
  }
  return waiting.shift();
}
