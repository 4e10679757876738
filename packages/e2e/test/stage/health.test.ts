import { join } from 'node:path';
import { readCompose } from '@dure/deploy/compose';
import { json } from '@dure/testing/cloud';
import { cloudUnderTest } from '@dure/testing/connection';
import { describe, expect, it } from '@jest/globals';

const cloud = cloudUnderTest();
const services = readCompose(join(import.meta.dirname, '..', '..', '..', '..')).map(({ name }) => name);

describe.each(services)('%s', (service) => {
  it('is well, and says which release it is', async () => {
    // Without an API key: whoever watches a stage needs none.
    expect(await json(cloud.urlOf(service, '/v1/health'))).toMatchObject({ status: 'ok' });
    expect(await json(cloud.urlOf(service, '/v1/version'))).toMatchObject({ service, commit: expect.any(String) });
  });
});
