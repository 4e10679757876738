import { join } from 'node:path';
import { startLocalCloud } from '@dure/testing/local-cloud-process';

/**
 * Jest's `globalSetup`: the tests run against `DURE_BASE_URL`, or by default against a local cloud that is started
 * here, with empty data.
 */
export default async function globalSetup() {
  const given = process.env.DURE_BASE_URL;
  if (given) {
    console.log(`End-to-end tests run against ${given} (DURE_BASE_URL).`);
    return;
  }
  const cloud = await startLocalCloud();
  globalThis.dureLocalCloud = cloud;
  process.env.DURE_BASE_URL = cloud.url;
  process.env.DURE_TEST_BUNDLES = join(cloud.dataDir, 'build');
  console.log(`End-to-end tests run against their own local cloud at ${cloud.url}, ready in ${cloud.readyAfter} ms.`);
}
