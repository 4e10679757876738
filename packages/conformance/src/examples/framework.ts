import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Account } from '../support/account.ts';
import type { Example } from './check.ts';
import type { Deployed } from './deployed.ts';
import { installed } from '../support/installed.ts';
import { run } from '../support/run-command.ts';

/** The last release of the framework's version 3, which most examples name. */
const FRAMEWORK_3 = 'osls@3.77.1';
/** What version 4 is here. */
const FRAMEWORK_4 = createRequire(import.meta.url).resolve('serverless/package.json');
/** Version 3 sends requests to AWS, whatever AWS_ENDPOINT_URL says. */
const TO_THE_ACCOUNT = join(import.meta.dirname, 'to-the-account.mjs');
const DEPLOY_DEADLINE_MS = 300_000;

/**
 * Deploys the service of a folder by the framework's command, in the version that the service names.
 * @param work where version 3 is installed
 */
export async function deploy(folder: string, account: Account, example: Example, work: string): Promise<Deployed> {
  const { build = [], stage = 'dev', environment = {}, before } = example;
  const yaml = configurationIn(folder);
  const region = example.region ?? /^ {2}region:\s*([\w-]+)/m.exec(yaml)?.[1] ?? 'us-east-1';
  const connection = { ...account.connection, region };
  const failure = await before?.({ stack: '', connection });
  if (failure !== undefined) throw new Error(failure);
  const surroundings = { cwd: folder, deadlineMs: DEPLOY_DEADLINE_MS };
  for (const command of build) {
    // A compiler that complains of types has written its output all the same: the deploy and the answers show it.
    await run(join(folder, 'node_modules', '.bin', command), [], surroundings).catch(() => undefined);
  }
  const framework = namesVersion3(yaml) ? await installed(FRAMEWORK_3, work) : join(FRAMEWORK_4, '..');
  const command = ['--import', TO_THE_ACCOUNT, join(framework, 'bin', 'serverless.js'), 'deploy'];
  const output = await run(process.execPath, [...command, '--stage', stage, '--region', region], {
    ...surroundings,
    environment: {
      ...{ AWS_ENDPOINT_URL: account.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      ...{ SLS_AWS_MONITORING_FREQUENCY: '300', SLS_TELEMETRY_DISABLED: '1' },
      ...environment,
    },
  });
  return { stack: stackIn(output), connection };
}

function configurationIn(folder: string): string {
  const file = ['serverless.yml', 'serverless.yaml'].map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) throw new Error('There is no serverless.yml.');
  return readFileSync(file, 'utf8');
}

/**
 * @param output that the framework printed
 * @throws {Error} where it says nothing of a stack
 */
export function stackIn(output: string): string {
  const [, service, stage] = /Deploying "?([\w-]+)"? to stage "?([\w-]+)"? \(/.exec(output) ?? [];
  if (service === undefined) throw new Error('The deploy does not say where it went.');
  return `${service}-${stage}`;
}

/** @param yaml a serverless.yml */
export const namesVersion3 = (yaml: string): boolean => /^frameworkVersion:\s*['"]?\^?3\b/m.test(yaml);
