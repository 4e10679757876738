import { http, reply, type Route } from './http.ts';
import { healthOf, versionOf } from '../contracts/operations.ts';

export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

const CHECK_TIMEOUT_MS = 2_000;

/** `GET /v1/health`: 200 when every check passes in time, else 503. */
export function healthRoute(owner: string, checks: Checks): Route {
  return http(healthOf(owner), {
    run: async () => Promise.all(Object.entries(checks).map(([name, check]) => probe(name, check))),
    answer: (results) => {
      const body = { dependencies: Object.fromEntries(results), status: allOk(results) ? 'ok' : 'failing' } as const;
      return body.status === 'ok' ? reply(200, body) : reply(503, body);
    },
  });
}

interface Probe {
  status: 'ok' | 'failing';
  durationMs: number;
  reason?: string;
}

const allOk = (results: readonly [string, Probe][]) => results.every(([, probe]) => probe.status === 'ok');

async function probe(name: string, check: () => Promise<unknown>): Promise<[string, Probe]> {
  const started = performance.now();
  const durationMs = () => Math.round(performance.now() - started);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  try {
    await Promise.race([check(), late]);
    return [name, { status: 'ok', durationMs: durationMs() }];
  } catch (error) {
    // The name alone: a message may tell an outsider about the inside.
    const reason = error instanceof Error ? error.name : 'Error';
    return [name, { status: 'failing', durationMs: durationMs(), reason }];
  } finally {
    clearTimeout(timer);
  }
}

/** `GET /v1/version`: the release that answers. */
export function versionRoute(owner: string): Route {
  const { SERVICE_VERSION: version = 'unknown', COMMIT: commit = 'unknown', STAGE: stage = 'unknown' } = process.env;
  return http(versionOf(owner), {
    run: () => Promise.resolve({ service: owner as string, version, commit, stage, runtime: process.version }),
    answer: (version) => reply(200, version),
  });
}
