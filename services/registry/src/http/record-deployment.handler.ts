import { RecordDeployment } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { fieldError, invalidRequest, problem } from '@dure/contracts/problem';
import { recordDeployment } from '../application/record-deployment.ts';
import { stores } from '../composition.ts';
import { deploymentView } from './deployment-view.ts';

export const recordDeploymentHandler = http(RecordDeployment, {
  run: ({ params: { stage, service, label }, body, ifMatch: expected }, call) => {
    const { state, endpoints, bootstrap, urgent, overrides } = body;
    const regions = endpoints?.map(({ region }) => region) ?? [];
    if (state === 'removed' && regions.length > 0) {
      throw invalidRequest([fieldError('body', ['endpoints'], 'are those of a release that is there')]);
    }
    if (state !== 'candidate' && overrides !== undefined) {
      throw invalidRequest([fieldError('body', ['overrides'], 'are those of a candidate')]);
    }
    const again = regions.findIndex((region, index) => regions.indexOf(region) < index);
    if (again !== -1) {
      throw invalidRequest([fieldError('body', ['endpoints', again, 'region'], 'is there twice')]);
    }
    const recording = {
      service,
      label,
      state,
      bootstrap,
      expected,
      urgent,
      overrides,
      ...(endpoints && { endpoints }),
    };
    return recordDeployment(stores, call, stage, recording);
  },
  answer: (result) =>
    'rejected' in result ? problem(result.rejected) : reply(200, deploymentView(result), { etag: result.token }),
});
