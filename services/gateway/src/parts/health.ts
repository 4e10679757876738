import { client } from '@dure/contracts/binding/client';
import { healthOf } from '@dure/contracts/operations';
import { ask } from '../application/ask.ts';
import type { AskHealth } from '../application/stage-health.ts';

/** How to ask each service for its health. Everybody may ask, so that no credentials go along. */
export const healthParts = (urls: Readonly<Record<string, string>>): Readonly<Record<string, AskHealth>> =>
  Object.fromEntries(Object.entries(urls).map(([service, baseUrl]) => [service, healthPart(service, baseUrl)]));

function healthPart(service: string, baseUrl: string): AskHealth {
  const getHealth = client(healthOf(service), ['status', 'dependencies'], { baseUrl });
  return (asking) =>
    ask(asking, {
      name: service,
      request: getHealth,
      show: ({ status, dependencies }) => ({
        status,
        failing: Object.entries(dependencies).flatMap(([name, it]) => (it.status === 'ok' ? [] : [name])),
      }),
    });
}
