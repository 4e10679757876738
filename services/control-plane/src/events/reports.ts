import { consumer } from '@dure/contracts/binding/consumer';
import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { ReportMeshBreaker } from '@dure/contracts/control-plane';
import { breakers } from '../composition.ts';

const fields = ['caller', 'service', 'openedAt', 'openUntil', 'reporters'] as const;

export const handler = consumer('reports', [
  on(consumes(ReportMeshBreaker, fields), ({ data }) => breakers.report(data)),
]);
