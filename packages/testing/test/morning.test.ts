import { scheduled } from '@dure/contracts/binding/scheduled';
import { lambdaContext } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';

process.env['SERVICE_NAME'] = 'things';

// In a service: const { handler } = await import('../src/morning.ts');
const handler = scheduled('morning', () => Promise.resolve({ missing: 3 }));

it('says how many are missing', async () => {
  expect(await handler({}, lambdaContext)).toEqual({ missing: 3 });
});
