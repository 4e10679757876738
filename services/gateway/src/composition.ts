import type { Call } from '@dure/contracts/binding/call';
import { required } from '@dure/contracts/binding/environment';
import { createLogger } from '@dure/contracts/binding/log';
import { ViewDeadline } from '@dure/contracts/gateway/configuration';
import { openMesh } from '@dure/mesh';
import { openPickUp } from '@dure/mesh/pick-up';
import { openSharedBreakers } from '@dure/mesh/shared-breakers';
import { openServiceIdentity } from '@dure/service-identity';
import type { Asking } from './application/ask.ts';
import { createAdmission } from './application/admit.ts';
import { createCounter } from './application/count-requests.ts';
import { createAnswerCache } from './store.ts';
import { reportBreaker } from './store/report-breaker.ts';
import { createUsageStore } from './store/usage.ts';
import { table } from './table.ts';

export { table } from './table.ts';

/** The only place that reads the environment and creates clients, but for the table. */

const log = createLogger();

export const cache = createAnswerCache(table);

/** Who the gateway is when it asks services on behalf of its caller. */
export const identity = openServiceIdentity({
  issuer: required('ISSUER'),
  environment: process.env,
  tell: (error) => log.warn('a token was not renewed', { error }),
});

/** What operators publish for it. */
export const published = openPickUp(table, {
  failed: (error) => log.warn('the mesh was not picked up', { error }),
});

/** How its calls of services are sent. */
export const mesh = openMesh({
  policies: published,
  shared: openSharedBreakers(table, {
    failed: (error) => log.warn('a breaker was not shared', { error }),
    opened: (opening) => reportBreaker(table, opening),
  }),
  tell: (event) => log.warn('the mesh acted', { ...event }),
});

export const usage = createUsageStore(table);

function numberIn(name: string, usual: number): number {
  const number = Number(process.env[name] ?? usual);
  if (!(number > 0)) throw new Error(`${name} is ${process.env[name]}, and has to be a number above 0.`);
  return number;
}

/** Of a client that has none of its own. */
export const usualPlan = {
  perMinute: numberIn('REQUESTS_PER_MINUTE', 1_200),
  perMonth: numberIn('REQUESTS_PER_MONTH', 1_000_000),
};

const counting = {
  failed: (error: unknown) => log.warn('a request was not counted', { error }),
  withinMs: numberIn('COUNTING_MS', 250),
};

/** All clients together have a minute, and no month. */
const together = {
  perMinute: numberIn('REQUESTS_OF_ALL_PER_MINUTE', 6_000),
  perMonth: Number.MAX_SAFE_INTEGER,
};

export const admission = createAdmission(
  createCounter(usage, { ...counting, usual: usualPlan }),
  createCounter({ ...usage, planOf: () => Promise.resolve(undefined) }, { ...counting, usual: together }),
);

/** Base URLs by service, of `URL_OF_{SERVICE}`: the deployment puts in what each service publishes. */
export const urls: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, url]) => {
      const [, service] = /^URL_OF_(\w+)$/.exec(name) ?? [];
      return service === undefined || !url ? [] : [[service.toLowerCase().replaceAll('_', '-'), url]];
    }),
);

/** Of a service that is called. Throws when the deployment does not know it. */
export const urlOf = (service: string): string => required(`URL_OF_${service.toUpperCase().replaceAll('-', '_')}`);

export const asking = (call: Call): Asking => ({ call, until: performance.now() + published.valueOf(ViewDeadline) });
