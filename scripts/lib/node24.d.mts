import type { npmCommand } from './npm.mjs';

export interface Machine {
  /** Of the Node.js that runs this process, as `process.version` gives it. */
  readonly version: string;
  readonly execPath: string;
  readonly platform: string;
  readonly arch: string;
  /** The file that keeps the path found last time. */
  readonly remembered: string;
  readonly npm: typeof npmCommand;
  readonly say: (message: string) => void;
}

export const ROOT: string;
export function findNode24(machine?: Partial<Machine>): string;
export function environmentFor(node: string): NodeJS.ProcessEnv;
export function runNode24(parameters: string[], environment?: Record<string, string>): Promise<number>;
export function packageOfNode(platform: string, arch: string, major?: number): string | undefined;
