import { beginCall } from '@dure/contracts/binding/call';
import { expect, it, jest } from '@jest/globals';
import { proofOf } from './support/sts.ts';

const { serviceOfProof } = await import('../src/application/service-of-proof.ts');

const ACCOUNT = '000000000000';
const ROLE = 'desk-test-ApiRole-1A2B3C4D';
const roles = { account: ACCOUNT, stage: 'test', services: ['desk'] };
const identity = { account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE}/desk-test-api` };

it('a proof that holds is accepted, even if its count cannot be taken back', async () => {
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const bounds = {
    take: async () => true,
    giveBack: async () => {
      throw new Error('the table is slow');
    },
  };
  const parts = { region: 'us-east-1', roles, ask: async () => identity, bounds };
  const asker = { call: beginCall(), address: '198.51.100.9' };
  const client = await serviceOfProof(parts, asker, await proofOf(ROLE, 'http://localhost:4000/identity/test'));
  const lines = written.mock.calls.map(([line]) => String(line));
  written.mockRestore();
  expect(client).toMatchObject({ id: 'desk' });
  expect(lines.join('')).toContain('the table is slow');
});
