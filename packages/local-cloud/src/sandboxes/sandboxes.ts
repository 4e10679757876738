import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Faults } from '../faults/faults.ts';
import type { Callers } from '../shared/http/access-rules.ts';
import type { CloudLog } from '../shared/types.ts';
import type { Declaration, SandboxDeclaration } from './declaration.ts';
import type { Sandbox, StartSandbox } from './sandbox.ts';

export interface SandboxesOptions {
  readonly dataDir: string;
  readonly callers: Callers;
  readonly log: CloudLog;
  readonly faults: Pick<Faults, 'sandbox'>;
}

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

export function createSandboxes({ dataDir, callers, log, faults }: SandboxesOptions): Sandboxes {
  const running = new Map<string, { readonly sandbox: Sandbox; readonly service: string }>();

  async function start({ service, folder }: Declaration, { name, module }: SandboxDeclaration): Promise<void> {
    const other = running.get(name);
    if (other !== undefined) throw new Error(`The sandbox ${name} is declared by ${other.service} already.`);
    const startSandbox = await load(folder, name, module);
    const options = { dataDir: join(dataDir, `sandbox-${name}`), callers, log, faults: faults.sandbox(name) };
    running.set(name, { service, sandbox: await startSandbox(options) });
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

async function load(folder: string, name: string, module: string): Promise<StartSandbox> {
  const path = createRequire(join(folder, 'package.json')).resolve(module);
  const { startSandbox } = (await import(pathToFileURL(path).href)) as { startSandbox?: StartSandbox };
  if (typeof startSandbox === 'function') return startSandbox;
  throw new Error(`The sandbox ${name}: ${module} does not export startSandbox.`);
}
