import { beginCall } from '@dure/contracts/binding/call';
import { expect, it, jest } from '@jest/globals';
import type { ProofParts } from '../src/application/service-of-proof.ts';
import { proofOf } from './support/sts.ts';

const { serviceOfProof } = await import('../src/application/service-of-proof.ts');

const ACCOUNT = '000000000000';
const ROLE = 'desk-test-ApiRole-1A2B3C4D';
const roles = { account: ACCOUNT, stage: 'test', services: ['desk'] };
const identity = { account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE}/desk-test-api` };

const proving = async (bounds: ProofParts['bounds'], ask: ProofParts['ask']) =>
  serviceOfProof(
    { region: 'us-east-1', roles, ask, bounds },
    { call: beginCall(), address: '198.51.100.9' },
    await proofOf(ROLE, 'http://localhost:4000/identity/test'),
  );

it('a proof that cannot be counted can be tried again, and AWS is not asked', async () => {
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const slow = () => Promise.reject(new Error('the table is slow'));
  let isAsked = false;
  const ask = async () => ((isAsked = true), identity);
  const refused = await proving({ take: slow, giveBack: slow }, ask).catch((error: unknown) => error);
  const lines = written.mock.calls.map(([line]) => String(line));
  written.mockRestore();
  expect(refused).toMatchObject({ code: 'temporarily_unavailable', detail: { retryAfterSeconds: 1 } });
  expect([isAsked, lines.join('').includes('the table is slow')]).toEqual([false, true]);
});

it('a proof that holds is accepted, even if its count cannot be taken back', async () => {
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const bounds = {
    take: async () => true,
    giveBack: async () => {
      throw new Error('the table is slow');
    },
  };
  const client = await proving(bounds, async () => identity);
  const lines = written.mock.calls.map(([line]) => String(line));
  written.mockRestore();
  expect(client).toMatchObject({ id: 'desk' });
  expect(lines.join('')).toContain('the table is slow');
});
