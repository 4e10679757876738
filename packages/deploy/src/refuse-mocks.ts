import { refusalToReplace } from '@dure/serverless-plugin/mock/refuse-replacing';
import { DeployError } from './deploy-error.ts';
import type { Options } from './options.ts';

/**
 * Refuses a mock where the service itself is, before anybody is asked: that says best what is wrong.
 * @throws DeployError
 */
export async function refuseMocks({ mock = [], stage, region }: Options): Promise<void> {
  for (const service of mock) {
    const refusal = await refusalToReplace({ region }, { service, stage, stackName: `${service}-${stage}` });
    if (refusal !== undefined) throw new DeployError(refusal);
  }
}
