import { fileURLToPath } from 'node:url';
import { shared } from '../../jest.config.mjs';

/** What runs against a deployed stage. All other tests need the laptop's cloud: they kill it, or look inside. */
export default {
  ...shared,
  displayName: 'stage',
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  testMatch: ['<rootDir>/packages/e2e/test/stage/*.test.ts'],
  globalSetup: '<rootDir>/packages/e2e/src/stage-setup.mjs',
  setupFilesAfterEnv: ['<rootDir>/packages/e2e/src/jest-setup.mjs'],
};
