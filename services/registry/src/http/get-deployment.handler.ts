import { GetDeployment } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { showDeployment } from '../application/record-deployment.ts';
import { stores } from '../composition.ts';
import { deploymentView } from './deployment-view.ts';

export const getDeploymentHandler = http(GetDeployment, {
  run: ({ params: { stage, ...release } }) => showDeployment(stores, stage, release),
  answer: (deployment) =>
    deployment === undefined
      ? problem('deployment-not-found')
      : reply(200, deploymentView(deployment), { etag: deployment.token }),
});
