/** V8's profile. Source: https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly Node[];
  /** Microseconds of the system's monotonic clock. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface Summary {
  /** Seconds, waiting left out. */
  readonly total: number;
  /** Self time in seconds by part and by function, longest first. */
  readonly parts: readonly (readonly [string, number])[];
  readonly functions: readonly (readonly [string, number])[];
}

/** Sums the samples of several threads in a window of the monotonic clock, in microseconds. */
export function summarise(profiles: readonly CpuProfile[], window: { from: number; to: number }): Summary {
  const parts = new Map<string, number>();
  const functions = new Map<string, number>();
  for (const { nodes, startTime, samples, timeDeltas } of profiles) {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    let at = startTime;
    for (const [index, id] of samples.entries()) {
      const delta = timeDeltas[index] ?? 0;
      at += delta;
      const node = byId.get(id);
      if (node === undefined || at < window.from || at > window.to || node.callFrame.functionName === '(idle)')
        continue;
      add(parts, partOf(node), delta);
      add(functions, nameOf(node), delta);
    }
  }
  const total = [...parts.values()].reduce((sum, seconds) => sum + seconds, 0);
  return { total, parts: ordered(parts), functions: ordered(functions) };
}

const add = (map: Map<string, number>, key: string, microseconds: number) =>
  map.set(key, (map.get(key) ?? 0) + microseconds / 1e6);

const ordered = (map: Map<string, number>) => [...map].sort((a, b) => b[1] - a[1]);

function partOf({ callFrame: { functionName, url } }: Node): string {
  const own = /\/packages\/local-cloud\/src\/(?:([^/]+)\/)?/.exec(url);
  if (own !== null) return `local cloud: ${own[1] ?? 'shared'}`;
  const dependency = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return dependency.replace(/^@(aws-sdk|smithy|hapi)\/.*/, '@$1');
  const builtin = /^node:(?:internal\/)?([^/]+)/.exec(url)?.[1];
  if (builtin !== undefined) return `node: ${builtin.replace(/^_/, '')}`;
  if (/\/build\/\w+\//.test(url)) return 'functions (bundles)';
  if (functionName === '(garbage collector)') return 'garbage collector';
  return functionName === '(program)' ? 'native code outside of functions' : 'native functions';
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  const file = url.replace(/^.*\/(?:node_modules|packages)\//, '').replace(/^file:.*\/build\//, 'build/');
  return url === '' ? functionName : `${functionName || 'anonymous'} ${file}:${lineNumber + 1}`;
}
