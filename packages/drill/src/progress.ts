import type { Kind } from './story.ts';

/** Receives the progress of a drill. */
export interface ProgressListener {
  phase(name: string, orders: number): void;
  /** One more order is done. */
  order(this: void): void;
  /** The faults that are active now. */
  faults(this: void, kinds: readonly Kind[]): void;
  end(): void;
}

const WIDTH = 24;
const LINE_EVERY_MS = 15_000;
const TICK_MS = 250;

/** A progress bar on a terminal, otherwise an occasional line. */
export function showProgress(output: NodeJS.WriteStream): ProgressListener {
  const startedAt = performance.now();
  const state = { phase: '', orders: 0, done: 0, faults: [] as readonly Kind[] };
  let lastLine = -Infinity;
  const seconds = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;
  const text = (): string => {
    const share = state.orders === 0 ? 0 : Math.min(1, state.done / state.orders);
    const full = Math.round(share * WIDTH);
    const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
    const faults = state.faults.length > 0 ? `  ${state.faults.join(', ')}` : '';
    return `${bar} ${state.done}/${state.orders} orders, ${seconds()}, ${state.phase}${faults}`;
  };
  const draw = (): void => {
    if (output.isTTY) output.write(`\r\u001b[2K${text().slice(0, (output.columns ?? 80) - 1)}`);
    else if (performance.now() - lastLine >= LINE_EVERY_MS) {
      lastLine = performance.now();
      output.write(`${text()}\n`);
    }
  };
  const timer = setInterval(draw, TICK_MS);
  timer.unref();
  return {
    phase(name, orders) {
      Object.assign(state, { phase: name, orders });
      lastLine = -Infinity;
      draw();
    },
    order: () => void (state.done += 1),
    faults: (kinds) => void (state.faults = kinds),
    end() {
      clearInterval(timer);
      if (output.isTTY) output.write('\r\u001b[2K');
    },
  };
}

export const silent: ProgressListener = { phase() {}, order() {}, faults() {}, end() {} };
