import { startSandbox } from '@dure/sandboxes/payment-provider';
import { afterAll } from '@jest/globals';
import { createSandboxProvider } from '../../src/providers/sandbox/index.ts';
import { sandboxTruth } from '../support/truth.ts';
import { describeProvider } from './contract.ts';

const sandbox = await startSandbox({ log: () => undefined, delays: { timeoutMs: 5_000, lateMs: 2_500 } });
afterAll(() => sandbox.stop());

describeProvider({
  make: createSandboxProvider,
  endpoint: sandbox.endpoint,
  truth: sandboxTruth(sandbox.endpoint),
  showsPending: true,
});
