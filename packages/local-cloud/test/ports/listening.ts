import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTENING = '0A';

/** The TCP ports that a process listens on, itself and not its children. */
export function listeningPorts(pid: number): number[] {
  return [...new Set(process.platform === 'linux' ? byProc(pid) : byLsof(pid))].sort();
}

/** Source: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html */
function byProc(pid: number): number[] {
  const folder = `/proc/${pid}/fd`;
  const sockets = new Set(
    readdirSync(folder).map((name) => /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${name}`))?.[1]),
  );
  const lines = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1),
  );
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTENING && sockets.has(inode) ? [Number.parseInt(local.split(':').at(-1)!, 16)] : [];
  });
}

function byLsof(pid: number): number[] {
  const lines = execFileSync('lsof', ['-nP', '-a', '-iTCP', '-sTCP:LISTEN', '-Fn', '-p', String(pid)], {
    encoding: 'utf8',
  });
  return [...lines.matchAll(/^n.*:(\d+)$/gm)].map(([, port]) => Number(port));
}

/** Descriptors come and go. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
