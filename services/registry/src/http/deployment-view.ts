import type { Deployment } from '../application/record-deployment.ts';
import { link, releasePath } from './reply.ts';

export const deploymentView = ({ stage, service, label, replaced, ...rest }: Deployment) => ({
  ...{ stage, service, label, ...rest, replaced: [...replaced] },
  _links: {
    self: link(`/v1/stages/${stage}/deployments/${service}/${label}`),
    stage: link(`/v1/stages/${stage}`),
    release: link(releasePath(service, label)),
  },
});
