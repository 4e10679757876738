import { consumer } from '@dure/contracts/binding/consumer';
import { metric } from '@dure/contracts/binding/log';
import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { ReportMeshBreaker } from '@dure/contracts/control-plane';
import { breakers } from '../composition.ts';

const fields = ['caller', 'service', 'openedAt', 'openUntil', 'reporters'] as const;

export const handler = consumer('reports', [
  on(consumes(ReportMeshBreaker, fields), async ({ data }, { log }) => {
    const started = performance.now();
    await breakers.report(data);
    const { caller, service: called, reporters } = data;
    log.warn('a breaker opened', {
      ...metric('breaker', 'opened', performance.now() - started),
      ...{ caller, called, reporters },
    });
  }),
]);
