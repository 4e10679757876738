import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Callers } from '@dure/local-http/access-rules';
import type { Faults } from '../faults/faults.ts';
import type { CloudLog } from '../shared/types.ts';
import type { Declaration, SandboxDeclaration } from './declaration.ts';
import type { Sandbox, StartSandbox } from './sandbox.ts';

export interface SandboxesOptions {
  readonly dataDir: string;
  readonly callers: Callers;
  readonly log: CloudLog;
  readonly faults: Pick<Faults, 'sandbox'>;
  /** How long a sandbox may take to start; 30 seconds by default. */
  readonly startWithinMs?: number;
}

const START_WITHIN_MS = 30_000;

/** The sandboxes that run, of all services. */
export interface Sandboxes {
  /**
   * Starts those of a service.
   * @throws Error that says which of them cannot be started
   */
  start(declaration: Declaration): Promise<void>;
  /** URL by declared name: `{ carrier: 'http://127.0.0.1:40123' }`. */
  urls(): Readonly<Record<string, string>>;
  /** Names of those that will do something without being asked. */
  busy(): string[];
  stop(): Promise<void>;
}

export function createSandboxes(sandboxes: SandboxesOptions): Sandboxes {
  const { dataDir, callers, log, faults, startWithinMs = START_WITHIN_MS } = sandboxes;
  const running = new Map<string, { readonly sandbox: Sandbox; readonly service: string }>();

  async function start({ service, folder }: Declaration, { name, module }: SandboxDeclaration): Promise<void> {
    const other = running.get(name);
    if (other !== undefined) throw new Error(`The sandbox ${name} is declared by ${other.service} already.`);
    const startSandbox = await load(folder, name, module);
    const options = { dataDir: join(dataDir, `sandbox-${name}`), callers, log, faults: faults.sandbox(name) };
    const sandbox = await startedWithin(startWithinMs, name, startSandbox(options));
    running.set(name, { service, sandbox });
  }

  return {
    async start(declaration) {
      for (const sandbox of declaration.sandboxes) await start(declaration, sandbox);
    },
    urls: () => Object.fromEntries([...running].map(([name, { sandbox }]) => [name, sandbox.endpoint])),
    busy: () => [...running].filter(([, { sandbox }]) => sandbox.busy?.() === true).map(([name]) => name),
    async stop() {
      await Promise.all([...running.values()].map(({ sandbox }) => sandbox.stop()));
    },
  };
}

/** One that starts after all is stopped again. */
async function startedWithin(milliseconds: number, name: string, starting: Promise<Sandbox>): Promise<Sandbox> {
  const deadline = AbortSignal.timeout(milliseconds);
  const late = new Promise<undefined>((resolve) => deadline.addEventListener('abort', () => resolve(undefined)));
  const sandbox = await Promise.race([starting, late]);
  if (sandbox !== undefined) return sandbox;
  starting.then((tooLate) => tooLate.stop()).catch(() => undefined);
  throw new Error(`The sandbox ${name} did not start within ${milliseconds / 1000} seconds.`);
}

async function load(folder: string, name: string, module: string): Promise<StartSandbox> {
  const path = createRequire(join(folder, 'package.json')).resolve(module);
  const { startSandbox } = (await import(pathToFileURL(path).href)) as { startSandbox?: StartSandbox };
  if (typeof startSandbox === 'function') return startSandbox;
  throw new Error(`The sandbox ${name}: ${module} does not export startSandbox.`);
}
