import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { FunctionConfig, FunctionFaults } from '../function-config.ts';
import type { Host, HostInvocation, HostMessage } from '../host.ts';
import { KILLED } from '../runtime/kill-before-write.mjs';
import { findPython } from './find-python.ts';
import { openRuntimeApi } from './runtime-api.ts';

/** What the runtime hands over on a descriptor of its own, a line each. `written` has a byte in each character. */
type Line =
  | Extract<HostMessage, { readonly log: unknown }>
  | { readonly written: string; readonly stream: 'stdout' | 'stderr' }
  | { readonly end: string | null };

/** How long what a process wrote last is waited for. */
const STREAMS_MS = 1_000;
const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.py');

/**
 * An execution environment of a Python function: a process that speaks the runtime API. Injected faults see no request of
 * it: it is killed before its answer where another would be before a write, and its clock is the machine's.
 * @throws TypeError if there is no Python
 */
export function startPython(config: FunctionConfig, logStream: string, faults?: FunctionFaults): Host {
  const { runtime, taskRoot, environment } = config;
  const own = faults?.environment(environment) ?? environment;
  const command = findPython(runtime, own['PATH']);
  const events = new EventEmitter();
  const say = (message: HostMessage): void => void events.emit('message', message);
  let child: ChildProcess | undefined;
  let dying = false;
  let isTerminated = false;
  let written = Promise.resolve();
  let reportWritten: () => void = () => {};

  const api = openRuntimeApi({
    ready: () => say({ ready: true }),
    initFailed: (initError) => void written.then(() => say({ initError })),
    answered: (payload, memoryBytes) => settle({ payload, memoryBytes }),
    failed: (error) => settle({ error }),
  });

  /** Everything that the invocation wrote goes before its answer. */
  function settle(message: HostMessage): void {
    if (dying) return kill();
    void written.then(() => say(message));
  }

  function expectOutput(): void {
    written = new Promise((resolve) => (reportWritten = resolve));
  }

  function kill(): void {
    if (child?.pid === undefined) return;
    try {
      // The group, so that the function's own child processes end too.
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  }

  function take(text: string): void {
    const line = lineOf(text);
    // The function can write to the descriptor too.
    if (line === undefined) say({ written: Buffer.from(`${text}\n`), stream: 'stderr' });
    // What child processes wrote to the streams before is read in this turn of the event loop.
    else if ('end' in line) setImmediate(reportWritten);
    else if ('log' in line) say(line);
    else say({ written: Buffer.from(line.written, 'latin1'), stream: line.stream });
  }

  async function start(): Promise<void> {
    const address = await api.address;
    if (isTerminated) return;
    child = spawn(command, [BOOTSTRAP], {
      cwd: taskRoot,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: {
        ...own,
        AWS_LAMBDA_RUNTIME_API: address,
        AWS_LAMBDA_LOG_STREAM_NAME: logStream,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    child.on('error', (error) => events.emit('error', error));
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]!.on('data', (bytes: Uint8Array) => say({ written: bytes, stream }));
    }
    createInterface({ input: child.stdio[3] as Readable }).on('line', take);
    child.on('exit', (code) => {
      const ended = (): void => {
        for (const stream of child!.stdio) stream?.destroy();
        events.emit('exit', dying ? KILLED : (code ?? 1));
      };
      api.close();
      // A process of its own session may keep the streams open for as long as it likes.
      void Promise.race([once(child!, 'close'), delay(STREAMS_MS, undefined, { ref: false })]).then(ended);
    });
  }

  expectOutput();
  start().catch((error: unknown) => events.emit('error', error));

  return {
    on: (event: string, listener: (value: never) => void) => events.on(event, listener as (value: unknown) => void),
    postMessage(invocation: HostInvocation) {
      expectOutput();
      dying = invocation.death !== undefined;
      api.invoke(invocation);
    },
    async terminate() {
      isTerminated = true;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return api.close();
      const ended = once(child, 'exit');
      kill();
      await ended;
    },
  };
}

/** Undefined for what the runtime did not write. */
function lineOf(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    const { log, written, stream, end } = line ?? {};
    const isWritten = typeof written === 'string' && (stream === 'stdout' || stream === 'stderr');
    const isEnd = end === null || typeof end === 'string';
    return isWritten || isEnd || isLogEvent(log) ? (line as unknown as Line) : undefined;
  } catch {
    return undefined;
  }
}

function isLogEvent(log: unknown): boolean {
  const fields = (log ?? {}) as Readonly<Record<string, unknown>>;
  return ['time', 'level', 'text', 'body'].every((name) => typeof fields[name] === 'string');
}
