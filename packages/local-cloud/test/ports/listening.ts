import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTENING = '0A';

interface Listening {
  /** `127.0.0.1`, or what stands for it in IPv6. */
  readonly host: string;
  readonly port: number;
}

/** The TCP ports that a process listens on, itself and not its children. */
export function listeningPorts(pid: number): number[] {
  return [...new Set(process.platform === 'linux' ? byProc(pid).map(({ port }) => port) : byLsof(pid))].sort();
}

/** Where the children of a process listen. On Linux alone. */
export function childrenListen(pid: number): Listening[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').flatMap((child) => byProc(Number(child)));
}

/** Source: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html */
function byProc(pid: number): Listening[] {
  const folder = `/proc/${pid}/fd`;
  const sockets = new Set(
    readdirSync(folder).map((name) => /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${name}`))?.[1]),
  );
  const lines = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1),
  );
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== LISTENING || !sockets.has(inode)) return [];
    const [address = '', port = ''] = local.split(':');
    return [{ host: Buffer.from(address, 'hex').reverse().join('.'), port: Number.parseInt(port, 16) }];
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
