import type { Callers } from '@dure/local-http/access-rules';
import type { SandboxFaults } from '../faults/outside.ts';
import type { CloudLog } from '../shared/types.ts';

export type { SandboxFaults } from '../faults/outside.ts';

export interface SandboxOptions {
  /** A folder of its own, kept across restarts. It may not exist yet. */
  readonly dataDir: string;
  /** Who else may send requests: for `openServer` of @dure/local-http/server. */
  readonly callers: Callers;
  readonly log: CloudLog;
  readonly faults: SandboxFaults;
}

/** A running stand-in for somebody else's system, an HTTP server on 127.0.0.1. */
export interface Sandbox {
  /** `http://127.0.0.1:40123` */
  readonly endpoint: string;
  /** Whether it will do something without being asked, such as send a webhook. */
  busy?(): boolean;
  stop(): Promise<void>;
}

/** What the module that a service names in its local-cloud.yml exports as `startSandbox`. */
export type StartSandbox = (options: SandboxOptions) => Promise<Sandbox>;
