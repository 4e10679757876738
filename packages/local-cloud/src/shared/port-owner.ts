import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

/** Who listens on a local TCP port, in words: `process 4711 (node server.js)`. */
export function describePortOwner(port: number): string {
  const owner = portOwner(port);
  return owner === undefined ? 'another process' : `process ${owner.pid} (${owner.command})`;
}

/** Who listens on a local TCP port, as far as this user may see. */
export function portOwner(port: number): PortOwner | undefined {
  try {
    if (process.platform === 'linux') return fromProc(port);
    return process.platform === 'win32' ? fromNetstat(port) : fromLsof(port);
  } catch {
    return undefined;
  }
}

/** Source: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html */
function fromProc(port: number): PortOwner | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => readFileSync(path, 'utf8').split('\n'));
  const listening = lines
    .map((line) => line.trim().split(/\s+/))
    .find((columns) => {
      return columns[1]?.endsWith(`:${hex}`) && columns[3] === '0A';
    });
  if (listening === undefined) return undefined;
  const socket = `socket:[${listening[9]}]`;
  const pid = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && holds(entry, socket));
  if (pid === undefined) return undefined;
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  return { pid: Number(pid), command };
}

function holds(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket);
  } catch {
    return false;
  }
}

function fromLsof(port: number): PortOwner | undefined {
  const output = run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']);
  const pid = Number(/^p(\d+)$/m.exec(output)?.[1]);
  if (!pid) return undefined;
  return { pid, command: run('ps', ['-o', 'command=', '-p', String(pid)]).trim() };
}

function fromNetstat(port: number): PortOwner | undefined {
  const lines = run('netstat', ['-ano', '-p', 'TCP']).split('\n');
  const line = lines.find((candidate) => candidate.includes(`:${port} `) && candidate.includes('LISTENING'));
  const pid = Number(line?.trim().split(/\s+/).at(-1));
  if (!pid) return undefined;
  const [name] = run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']).split(',');
  return { pid, command: (name ?? '').replaceAll('"', '').trim() };
}

function run(command: string, parameters: string[]): string {
  return execFileSync(command, parameters, { encoding: 'utf8', timeout: 3000, stdio: ['ignore', 'pipe', 'ignore'] });
}
