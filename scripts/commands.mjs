/** The commands whose code is TypeScript: `node scripts/run.mjs NAME` runs one under Node.js 24. */
// shop
import * as bench from '../packages/bench/src/options.mjs';
import * as eject from '../packages/eject/src/options.mjs';
// /shop
import * as conformance from '../packages/conformance/src/options.mjs';
import * as newService from '../packages/create-service/src/options.mjs';
import * as account from '../packages/local-cloud/src/cli/account-options.mjs';
import * as start from '../packages/local-cloud/src/cli/start-options.mjs';
import { requireDynamoDb } from '../packages/local-cloud/src/services/dynamodb/platform.mjs';
import * as localCloud from './lib/local-cloud-node.mjs';
import { isPublished } from './lib/npm.mjs';

/**
 * `parse`, `help` and `check` come before the dependencies are installed.
 * @typedef {{
 *   entry: string,
 *   args?: readonly string[],
 *   nodeOptions?: readonly string[],
 *   environment?: Readonly<Record<string, string>>,
 *   parse?: (args: string[]) => { help: boolean },
 *   help?: string,
 *   check?: () => void,
 * }} Command
 */

const LOCAL_CLOUD = { nodeOptions: localCloud.NODE_OPTIONS, environment: localCloud.ENVIRONMENT };
const DEPLOY = 'packages/deploy/src/cli.ts';

/** @type {Readonly<Record<string, Command>>} `entry` from the repository's root; `args` stand before the caller's */
export const COMMANDS = {
  start: {
    entry: 'packages/local-cloud/src/cli/start.ts',
    ...LOCAL_CLOUD,
    parse: start.parseOptions,
    help: start.HELP,
    check: () =>
      requireDynamoDb({ platform: process.platform, arch: process.arch, environment: process.env, isPublished }),
  },
  account: {
    entry: 'packages/local-cloud/src/cli/account.ts',
    ...LOCAL_CLOUD,
    parse: account.parseAccountOptions,
    help: account.HELP,
  },
  contracts: { entry: 'packages/contracts/generate/cli.ts' },
  'new-service': { entry: 'packages/create-service/src/cli.ts', parse: newService.parseOptions, help: newService.HELP },
  package: { entry: DEPLOY, args: ['package'] },
  'check:templates': { entry: 'packages/template-check/src/cli.ts' },
  deploy: { entry: DEPLOY, args: ['deploy'] },
  remove: { entry: DEPLOY, args: ['remove'] },
  'can-deploy': { entry: DEPLOY, args: ['can-deploy'] },
  'api-key': { entry: 'packages/deploy/src/api-key.ts' },
  token: { entry: 'packages/deploy/src/token.ts' },
  'pipeline-role': { entry: 'packages/deploy/src/pipeline-role-cli.ts' },
  conformance: {
    entry: 'packages/conformance/src/main.ts',
    parse: conformance.parseOptions,
    help: conformance.HELP,
  },
  changelog: { entry: 'packages/conventions/src/changelog-cli.mjs' },
  // shop
  demo: { entry: 'packages/e2e/src/demo/main.ts' },
  drill: { entry: 'packages/drill/src/cli.ts' },
  eject: { entry: 'packages/eject/src/cli.ts', parse: eject.parseOptions, help: eject.HELP },
  bench: { entry: 'packages/bench/src/main.ts', parse: bench.parseOptions, help: bench.HELP },
  // /shop
};
