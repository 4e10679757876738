import { codeOf, entryOf } from '@dure/release-gate/code';
import { nearest } from '../nearest.ts';
import { ConfigurationError, type FunctionConfig } from '../types.ts';
import type { BusinessAlarm } from './settings.ts';

const TEXT = /'([\w.-]+)'|"([\w.-]+)"|`([\w-]+)\./g;
/** Operations that the binding names by itself. */
const RELAY = 'relay';
/** How requests to an endpoint end: see `api` in the contracts package. */
const OUTCOMES = ['ok', 'refused', 'error'];

type Functions = Readonly<Record<string, FunctionConfig>>;

/**
 * An alarm on a metric that nothing logs never goes off. The operation has to be an endpoint of the service or stand in the
 * code of its functions: `sweep` of `scheduled('sweep', …)`, and `email` of `email.OrderPlaced.v1`, whose first part is the
 * consumer's name. The code is read, not run. Where it cannot be read, nothing is compared.
 * @throws ConfigurationError that names the alarm and what is near
 */
export function refuseUnmeasured(folder: string, functions: Functions, business: readonly BusinessAlarm[]): void {
  if (business.length === 0) return;
  const code = Object.values(functions).map(({ handler }) => codeOf(folder, entryOf(handler ?? '')));
  if (code.some(({ size }) => size === 0)) return;
  const text = code.flatMap((files) => [...files.values()]).join('\n');
  const endpoints = Object.values(functions).flatMap((it) => (it.endpoints ?? []).map((name) => name.split('.')[0]!));
  const named = new Set([...text.matchAll(TEXT)].map(([, single, double, prefix]) => single ?? double ?? prefix ?? ''));
  const relays = Object.values(functions).some((it) => it.relay === true) ? [RELAY] : [];
  for (const [index, { operation, outcome, metric }] of business.entries()) {
    const where = `custom.dure.alarms.business.${index}`;
    const isEndpoint = endpoints.includes(operation);
    const [first = ''] = operation.split('.');
    if (!isEndpoint && !relays.includes(operation) && !named.has(operation) && !named.has(first)) {
      const near = nearest(operation, [...new Set([...endpoints, ...relays, ...named])]);
      throw new ConfigurationError(
        `${where}.operation: no function measures "${operation}", so that the alarm would never go off; the nearest are ` +
          `${near.map((name) => `"${name}"`).join(', ')}.`,
      );
    }
    if (isEndpoint && !OUTCOMES.includes(outcome)) {
      throw new ConfigurationError(
        `${where}.outcome: requests to ${operation} end with ${OUTCOMES.join(', ')}, never "${outcome}".`,
      );
    }
    if (metric === 'duration') continue;
    if (isEndpoint) throw new ConfigurationError(`${where}.metric: ${operation} has one metric, duration.`);
    if (new RegExp(`\\b${metric.replace(/\W/g, '\\$&')}\\b`).test(text)) continue;
    throw new ConfigurationError(
      `${where}.metric: the code of the functions has no "${metric}". A job's metrics are the numbers in its result.`,
    );
  }
}
