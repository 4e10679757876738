import type { ProvidedCloud } from '@dure/local-cloud/workspace/offline/provide-cloud';
import type { OfflineService } from '../../src/offline/types.ts';

/** What the framework has of a service when `sls offline` starts. */
export const service = (): OfflineService => ({
  service: 'loyalty',
  provider: { stage: 'dev', environment: { TABLE_NAME: { Ref: 'Table' } } },
  functions: {
    api: {
      events: [
        { http: { method: 'get', path: '/v1/points' } },
        { http: { method: 'get', path: '/v1/points/{customerId}' } },
        { http: { method: 'post', path: '/v1/points' } },
        { http: { method: 'get', path: '/v1/health' } },
        { http: { method: 'get', path: '/v1/version' } },
      ],
    },
    socket: { events: [{ websocket: { route: '$connect' } }] },
    sweep: { events: [{ schedule: 'rate(1 minute)' }, { sqs: { arn: 'arn' } }] },
  },
});

export const cloud = (said: Partial<ProvidedCloud> = {}): ProvidedCloud => ({
  url: 'http://localhost:4000',
  kind: 'joined',
  services: ['journal', 'loyalty'],
  environments: {
    api: { TABLE_NAME: 'dure-local-loyalty' },
    socket: { TABLE_NAME: 'dure-local-loyalty' },
    sweep: { TABLE_NAME: 'dure-local-loyalty' },
  },
  ended: Promise.resolve(),
  stop: () => Promise.resolve(),
  ...said,
});
