/** Transformed by swc and run as ES modules, because middy is ESM only. */
export const shared = {
  testEnvironment: '<rootDir>/scripts/lib/quiet-environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['/\\.esbuild/', '/\\.serverless/', '/\\.local/'],
};

const endToEnd = {
  ...shared,
  globalSetup: '<rootDir>/packages/e2e/src/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/e2e/src/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/packages/e2e/src/jest-setup.mjs'],
};

export default {
  // On two cores that install and run other clouds beside it, starting a browser or a cloud can take half a minute.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/scripts/lib/slowest-first.mjs',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['packages/*', 'services/*', 'scripts'].map((folder) => `<rootDir>/${folder}/test/**/*.test.ts`),
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/packages/e2e/', '<rootDir>/scripts/test/bare/'],
      globalSetup: '<rootDir>/packages/testing/src/global-setup.mjs',
      globalTeardown: '<rootDir>/packages/testing/src/global-teardown.mjs',
    },
    {
      ...endToEnd,
      displayName: 'e2e',
      testMatch: ['<rootDir>/packages/e2e/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/packages/e2e/test/alone/',
        // Of API keys, which nobody needs on the laptop: `npm run test:stage` runs it.
        '<rootDir>/packages/e2e/test/stage/keys.test.ts',
        // shop
        // A drill for each planted bug takes many minutes: by night.
        ...(process.env.DURE_PLANTED === undefined ? ['<rootDir>/packages/e2e/test/planted-bugs.test.ts'] : []),
        // /shop
      ],
    },
    // What measures, or needs the whole machine for orders to end as they should.
    { ...endToEnd, displayName: 'alone', testMatch: ['<rootDir>/packages/e2e/test/alone/*.test.ts'] },
    // Installs everything from scratch: `npm test -- --bare`, and .ci/run.
    { ...shared, displayName: 'bare', testMatch: ['<rootDir>/scripts/test/bare/*.test.ts'] },
  ],
};
