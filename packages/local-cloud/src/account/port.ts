import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** LocalStack's, which many know. */
const DEFAULT_PORT = 4566;

const fileOf = (dataDir: string): string => join(dataDir, 'port');

/**
 * The port to listen on: queues' and APIs' addresses have it in them, so that the data is for one port.
 * @param wanted 0 takes a free one; undefined, the one that the data is for
 * @throws Error when the data is for another
 */
export function choosePort(dataDir: string, wanted: number | undefined): number {
  const kept = existsSync(fileOf(dataDir)) ? Number(readFileSync(fileOf(dataDir), 'utf8')) : undefined;
  if (kept === undefined) return wanted ?? DEFAULT_PORT;
  if (wanted === undefined || wanted === 0 || wanted === kept) return kept;
  throw new Error(
    `What is deployed in ${dataDir} is reached at port ${kept}. Start with --port ${kept}, or delete it with --fresh.`,
  );
}

export function keepPort(dataDir: string, port: number): void {
  writeFileSync(fileOf(dataDir), String(port));
}
