import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Of its own; where the system does not tell, all that is resident. */
  readonly residentBytes: number;
  /** Pages of files, which processes share: of Node.js's binary above all, 50 to 85 MB. 0 where the system does not tell. */
  readonly fileBytes: number;
}

/**
 * The resident memory of a process and its descendants, in megabytes. On Linux, pages of files count once, as the most
 * that one process has of them: all that run Node.js share its binary.
 */
export async function memoryOfTree(root: number): Promise<number> {
  const processes = await treeOf(root);
  const own = processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
  const files = Math.max(...processes.map(({ fileBytes }) => fileBytes));
  return Math.round((own + files) / 1024 / 1024);
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
    const own = field('RssAnon') + field('RssShmem');
    return { pid: Number(pid), parent: field('PPid'), residentBytes: own * 1024, fileBytes: field('RssFile') * 1024 };
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
  return { pid, parent, residentBytes: resident * unit, fileBytes: 0 };
}
