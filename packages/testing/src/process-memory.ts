import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
}

/** The resident memory of a process and its descendants, in megabytes. Shared pages count for each. */
export async function memoryOfTree(root: number): Promise<number> {
  const bytes = (await treeOf(root)).reduce((sum, { residentBytes }) => sum + residentBytes, 0);
  return Math.round(bytes / 1024 / 1024);
}

/** A process and its descendants. */
export async function pidsOfTree(root: number): Promise<number[]> {
  return (await treeOf(root)).map(({ pid }) => pid);
}

/** The processes that are still running. */
export async function stillRunning(pids: readonly number[]): Promise<number[]> {
  const running = new Set((await listProcesses()).map(({ pid }) => pid));
  return pids.filter((pid) => running.has(pid));
}

async function treeOf(root: number): Promise<Process[]> {
  const processes = await listProcesses();
  const tree = new Set([root]);
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid);
  }
  return processes.filter(({ pid }) => tree.has(pid));
}

function listProcesses(): Promise<Process[]> {
  if (process.platform === 'linux') return fromProc();
  return process.platform === 'win32' ? fromPowerShell() : fromPs();
}

/** Source: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
async function fromProc(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = pids.map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return { pid: Number(pid), parent: field('PPid'), residentBytes: field('VmRSS') * 1024 };
  });
  return Promise.all(read);
}

async function fromPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
  const rows = stdout.trim().split('\n');
  return rows.map((row) => toProcess(row.trim().split(/\s+/).map(Number), 1024));
}

async function fromPowerShell(): Promise<Process[]> {
  const command =
    'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.WorkingSetSize)" }';
  const { stdout } = await promisify(execFile)('powershell', ['-NoProfile', '-Command', command]);
  const rows = stdout.trim().split(/\r?\n/);
  return rows.map((row) => toProcess(row.split(' ').map(Number), 1));
}

function toProcess([pid = 0, parent = 0, resident = 0]: number[], unit: number): Process {
  return { pid, parent, residentBytes: resident * unit };
}
