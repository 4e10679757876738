import type { Change } from '../domain/change.ts';
import { contractPath, link, releasePath } from './reply.ts';

export const changeView = ({ at, kind, stage, service, label, contract, what, actor }: Change) => ({
  ...{ at, kind, stage, service, label, contract, what, actor },
  _links: {
    ...(stage !== undefined && { stage: link(`/v1/stages/${stage}`) }),
    ...(service !== undefined && label !== undefined && { release: link(releasePath(service, label)) }),
    ...(contract !== undefined && { contract: link(contractPath(contract)) }),
  },
});
