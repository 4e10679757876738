import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { uncheckedSignature } from '@dure/aws-protocols/unchecked-signature';
import { freePort } from '../../shared/free-port.ts';
import { hiddenAddress } from './loopback-address.ts';

const READY_DEADLINE_MS = 15_000;
const STOP_DEADLINE_MS = 5_000;
const PORT_ATTEMPTS = 5;
const STDERR_KEPT = 2_000;

/**
 * Runs the binary so that it never outlives this process, not even when that is killed. A subshell waits for the end
 * of a pipe from here; when it comes without the farewell line before it, it kills the binary, which has the shell's
 * own process id. Costs under 1 MB. Windows needs none of it: libuv puts children into a job that dies with their
 * parent.
 */
const WATCHED = 'exec 3<&0; (read -r _ <&3 || kill -KILL $$) >/dev/null 2>&1 & exec "$@" </dev/null 3<&-';

/** Where it listens; port 0 takes a free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface EmulatorProcess {
  readonly endpoint: string;
  readonly address: Address;
  readonly pid: number;
  /** Why it ended, when it does, whether by `stop` or by itself. */
  readonly ended: Promise<Error>;
  stop(): Promise<void>;
}

/**
 * Starts `binary serve` on a database file and waits until it answers.
 * @param address one that nobody guesses, where this is left out
 * @throws Error with the emulator's own words when it ends before it answers
 */
export async function startEmulator(binary: string, file: string, address?: Address): Promise<EmulatorProcess> {
  const { host, port } = address ?? { host: await hiddenAddress(), port: 0 };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn({ host, port: port === 0 ? await freePort(undefined, host) : port }, binary, file);
    } catch (error) {
      // Another process may take a free port between the look and the start.
      const lostTheRace = port === 0 && attempt < PORT_ATTEMPTS && String(error).includes('already in use');
      if (!lostTheRace) throw error;
    }
  }
}

async function startOn(address: Address, binary: string, file: string): Promise<EmulatorProcess> {
  const { host, port } = address;
  const child = spawnWatched(binary, ['serve', '--host', host, '-p', String(port), '--db-path', file]);
  const endpoint = `http://${host}:${port}`;
  let state: 'starting' | 'ready' | 'stopping' | 'ended' = 'starting';
  let stderr = '';
  child.stdout?.resume();
  child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT)));
  const ended = new Promise<Error>((done) => {
    child.once('error', (error) => done(new Error(`The DynamoDB emulator ${binary} did not start: ${error.message}`)));
    child.once('close', (code, signal) => {
      child.stdin?.end('\n');
      const reason = `The DynamoDB emulator on port ${port} ended (${signal ?? `exit code ${code}`}): ${stderr.trim()}`;
      state = 'ended';
      done(new Error(reason));
    });
  });

  const stop = async (): Promise<void> => {
    if (state === 'ended') return;
    state = 'stopping';
    child.stdin?.write('\n');
    child.kill('SIGTERM');
    const deadline = AbortSignal.timeout(STOP_DEADLINE_MS);
    deadline.addEventListener('abort', () => child.kill('SIGKILL'));
    await ended;
  };

  const outcome = await Promise.race([ended, answers(endpoint, () => state === 'ended')]);
  if (outcome instanceof Error) {
    await stop();
    throw outcome;
  }
  state = 'ready';
  return { endpoint, address, pid: child.pid as number, ended, stop };
}

function spawnWatched(binary: string, parameters: string[]): ChildProcess {
  if (process.platform === 'win32') {
    return spawn(binary, parameters, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  }
  // Detached: Ctrl-C in a terminal reaches the whole foreground group, and others still write while they stop.
  const child = spawn('/bin/sh', ['-c', WATCHED, 'sh', binary, ...parameters], { stdio: 'pipe', detached: true });
  child.stdin.on('error', () => undefined);
  return child;
}

async function answers(endpoint: string, hasEnded: () => boolean): Promise<true | Error> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  for (let pause = 5; !hasEnded(); pause = Math.min(pause * 1.5, 100)) {
    if (Date.now() > deadline) {
      return new Error(`The DynamoDB emulator did not answer at ${endpoint} within ${READY_DEADLINE_MS / 1000} s.`);
    }
    if (await listsTables(endpoint)) return true;
    await delay(pause);
  }
  return new Promise(() => undefined);
}

async function listsTables(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        authorization: uncheckedSignature('dynamodb'),
        'x-amz-date': '20200101T000000Z',
      },
      body: '{}',
      signal: AbortSignal.timeout(2_000),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
