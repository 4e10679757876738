import type { State, States } from './schedule.ts';

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): void;
}

export interface Progress {
  changed(states: States): void;
  /** The last line that a service's command wrote. */
  says(name: string, line: string): void;
  end(): void;
}

const REPAINT_MS = 500;
const MARKS: Readonly<Record<State['is'], string>> = {
  waiting: '·',
  running: '…',
  packaged: '…',
  done: '✓',
  failed: '✗',
  stopped: '■',
  skipped: '-',
};

/** One line per service, updated in place on a terminal; otherwise one line per change. */
export function progress(screen: Screen, verb: string): Progress {
  return screen.isTTY ? live(screen, verb) : plain(screen, verb);
}

function plain(screen: Screen, verb: string): Progress {
  const shown = new Map<string, State['is']>();
  return {
    changed(states) {
      for (const [name, state] of states) {
        if (state.is === 'waiting' || shown.get(name) === state.is) continue;
        shown.set(name, state.is);
        screen.write(`${line(name, state, widthOf(states), verb)}\n`);
      }
    },
    says() {},
    end() {},
  };
}

function live(screen: Screen, verb: string): Progress {
  const said = new Map<string, string>();
  let states: States = new Map();
  let painted = 0;
  const paint = () => {
    const width = widthOf(states);
    const lines = [...states].map(([name, state]) => {
      const detail = state.is === 'running' ? `  ${said.get(name) ?? ''}` : '';
      return `${line(name, state, width, verb)}${detail}`.slice(0, (screen.columns ?? 80) - 1);
    });
    const up = painted > 0 ? `\u001b[${painted}A` : '';
    screen.write(`${up}${lines.map((text) => `\u001b[2K${text}\n`).join('')}`);
    painted = lines.length;
  };
  const timer = setInterval(paint, REPAINT_MS);
  return {
    changed(next) {
      states = new Map(next);
      paint();
    },
    says: (name, text) => void said.set(name, text),
    end: () => clearInterval(timer),
  };
}

function line(name: string, state: State, width: number, verb: string): string {
  return `${MARKS[state.is]} ${name.padEnd(width)}  ${inWords(state, verb)}`;
}

/** `done 12 s`, `skipped: journal did not succeed` */
export function inWords(state: State, verb: string): string {
  switch (state.is) {
    case 'waiting':
      return 'waiting';
    case 'packaged':
      return 'packaged, waits for the services that it depends on';
    case 'running':
      return `${verb} ${Math.round((performance.now() - state.since) / 1000)} s`;
    case 'skipped':
      return `skipped: ${state.because}`;
    case 'done':
    case 'failed':
    case 'stopped':
      return `${state.is} after ${state.seconds.toFixed(1)} s`;
  }
}

function widthOf(states: States): number {
  return Math.max(0, ...[...states.keys()].map((name) => name.length));
}
