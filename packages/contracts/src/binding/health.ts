import { setTimeout } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { http, reply, type Route } from './http.ts';
import { type Dependency, healthOf, versionOf } from '../contracts/operations.ts';

export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

const CHECK_TIMEOUT_MS = 2_000;

/** `GET /v1/health`: 200 when every check passes in time, else 503. */
export const healthRoute = (owner: string, checks: Checks): Route =>
  http(healthOf(owner), {
    run: () => Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await probe(check)] as const)),
    answer: (probes) => {
      const dependencies = Object.fromEntries(probes);
      return probes.every(([, { status }]) => status === 'ok')
        ? reply(200, { status: 'ok' as const, dependencies })
        : reply(503, { status: 'failing' as const, dependencies });
    },
  });

type Probe = z.output<typeof Dependency>;

async function probe(check: () => Promise<unknown>): Promise<Probe> {
  const started = performance.now();
  const durationMs = () => Math.round(performance.now() - started);
  const late = setTimeout(CHECK_TIMEOUT_MS, undefined, { ref: false });
  try {
    await Promise.race([check(), late.then(() => Promise.reject(new Error(`no answer in ${CHECK_TIMEOUT_MS} ms`)))]);
    return { status: 'ok', durationMs: durationMs() };
  } catch (error) {
    // Only the name: a message may reveal internals to an outsider.
    return { status: 'failing', durationMs: durationMs(), reason: error instanceof Error ? error.name : 'Error' };
  }
}

/** `GET /v1/version`: the release that answers. */
export function versionRoute(owner: string): Route {
  const { SERVICE_VERSION: version = 'unknown', COMMIT: commit = 'unknown', STAGE: stage = 'unknown' } = process.env;
  const { LABEL: label = 'none' } = process.env;
  return http(versionOf(owner), {
    run: () => Promise.resolve({ service: owner, version, label, commit, stage, runtime: process.version }),
    answer: (release) => reply(200, release),
  });
}
