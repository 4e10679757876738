import { createHash } from 'node:crypto';
import { GetStage, RecordDeployment, RegisterRelease } from '@dure/contracts/registry';
import { type Cloud, expectStatus } from '@dure/testing/cloud';

const STAGE = 'local';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const schema = hashOf('{"type":"object"}');
const EVENT = { contract: 'docspages/PageRead', major: 1, kind: 'event' as const, schema };

/**
 * A registry with a release of the service `docspages`, whose owner's name is HTML, and with a stage: that is empty where
 * nothing has registered what runs, and pages ask for it.
 */
export async function recordStage(cloud: Cloud): Promise<void> {
  const registered = await cloud.call(RegisterRelease, {
    body: {
      ...{ service: 'docspages', major: 1, owner: { name: 'Team <b>Pages</b>' }, commit: 'abc' },
      digest: hashOf('docs-pages'),
      provides: [EVENT],
      requires: [{ ...EVENT, use: 'reads', fields: ['page'] }],
      schemas: { [schema]: { type: 'object' } },
    },
  });
  const { label } = registered.body ?? {};
  if (label === undefined) throw new Error(`The release is refused: ${JSON.stringify(registered.problem)}`);
  if ((await cloud.call(GetStage, { params: { stage: STAGE } })).problem === undefined) return;
  const recorded = await cloud.call(RecordDeployment, {
    params: { stage: STAGE, service: 'docspages', label },
    body: { state: 'live', bootstrap: true },
    ifMatch: '0',
  });
  // Another test may have recorded it meanwhile.
  if (recorded.status !== 412) expectStatus(recorded, 200);
}
