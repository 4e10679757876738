import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { announce, always, type Deployment, recordRemoval } from '@dure/release-gate/deployment';
import { testDependants } from '@dure/release-gate/dependants';
import { BOOTSTRAP, findRegistry } from '@dure/release-gate/find-registry';
import { type Answer, EXIT, askGate, askToRemove, judge, unknown } from '@dure/release-gate/gate';
import { readManifest } from '@dure/release-gate/read-manifest';
import { openRegistry, type Registry, RegistryUnknown } from '@dure/release-gate/registry';
import { inWords } from '@dure/release-gate/words';
import { type Deployments, digestOf } from './rollback.ts';

/** A command of the framework in a service's folder. */
export interface Command {
  readonly service: string;
  /** Absolute. */
  readonly folder: string;
  readonly aws: Deployments;
  /** Prints for people. */
  say(text: string): void;
}

/** The gate refuses, in the words of every tool. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly exitCode: number;

  constructor(answer: Answer, options?: ErrorOptions) {
    super(inWords(answer), options);
    this.exitCode = EXIT[answer.answer];
  }
}

/** How often the gate is asked again when the stage changes before the release is announced. */
const TRIES = 3;

/** The stage's registry; undefined if none was ever deployed. */
async function registryOf({ aws }: Command): Promise<Registry | undefined> {
  const config = (await aws.getAwsSdkV3Config()) as Parameters<typeof findRegistry>[0]['aws'];
  const place = await findRegistry({ stage: aws.getStage(), aws: config });
  return place && openRegistry(place);
}

/**
 * Asks whether the packaged service may be deployed, and announces it.
 * @param mock whether it is one: before there is a registry, a stage may have mocks
 * @returns undefined for the first deployments of a stage, which nobody judges
 * @throws Refused
 */
export async function passGate(command: Command, mock: boolean): Promise<Deployment | undefined> {
  const { service, folder, aws, say } = command;
  const stage = aws.getStage();
  return orRefuse(stage, async () => {
    const registry = await registryOf(command);
    if (registry === undefined && BOOTSTRAP.includes(service)) {
      say(`${stage} has no registry yet. This is its bootstrap, which nobody judges: ${service}`);
      return undefined;
    }
    if (registry === undefined && mock) return undefined;
    if (registry === undefined) {
      throw new RegistryUnknown(`There is no registry in ${stage}. It comes first: npm run deploy -- --stage ${stage}`);
    }
    const check = testDependants(workspaceOf(command));
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await askGate(registry, stage, [readManifest(folder)], check);
      passOrRefuse(command, answer);
      const deployment = await announce(registry, answer);
      if (deployment !== undefined) return deployment;
    }
    throw new RegistryUnknown(`${stage} changed ${TRIES} times while it was asked about.`);
  });
}

/**
 * Asks whether the service may go back to an earlier deployment.
 * @returns what records it; undefined if the stage has no registry, or no such deployment
 * @throws Refused
 */
export async function passRollback(command: Command, timestamp: number): Promise<(() => Promise<void>) | undefined> {
  const { service, aws } = command;
  const stage = aws.getStage();
  return orRefuse(stage, async () => {
    const registry = await registryOf(command);
    const digest = registry && (await digestOf(aws, service, timestamp));
    if (registry === undefined || digest === undefined) return undefined;
    const label = await registry.labelOf(service, digest);
    if (label === undefined) {
      throw new RegistryUnknown(
        `The deployment ${timestamp} of ${service} was never registered, so it is not known whom it would break.`,
      );
    }
    passOrRefuse(command, await judge(registry, stage, [{ service, label }]));
    return () => recorded(command, () => always(registry, stage, { service, label, state: 'live' }));
  });
}

/**
 * One function alone is no release: what would run has no manifest, no label and no digest, so nobody could say whom it
 * breaks. A stage without a registry asks nobody.
 * @returns why it is refused; undefined if it is not
 * @throws Refused
 */
export async function refusalOfFunction(command: Command): Promise<string | undefined> {
  const { service, aws } = command;
  const stage = aws.getStage();
  const registry = await orRefuse(stage, () => registryOf(command));
  if (registry === undefined) return undefined;
  return (
    `A function that is deployed alone is no release of ${service}: nobody could say whom it breaks. Deploy the service: ` +
    `npx serverless deploy --stage ${stage}, or try the function on a laptop: npm start`
  );
}

/**
 * Asks whether the service may leave: whether nobody who stays requires it.
 * @throws Refused
 */
export async function passRemoval(command: Command): Promise<void> {
  const { service, aws } = command;
  const stage = aws.getStage();
  // With the registry goes who could be asked.
  if (service === 'registry') return;
  await orRefuse(stage, async () => {
    const registry = await registryOf(command);
    if (registry === undefined) return;
    passOrRefuse(command, await askToRemove(registry, stage, [service]));
  });
}

/** Records that the service has left the stage. The registry's own removal is recorded nowhere. */
export async function recordRemoved(command: Command): Promise<void> {
  const { service, aws } = command;
  if (service === 'registry') return;
  await recorded(command, async () => {
    const registry = await registryOf(command);
    if (registry !== undefined) await recordRemoval(registry, aws.getStage(), service);
  });
}

/** What has happened is recorded, and what cannot be recorded is said: it shows as drift. */
export async function recorded({ service, say }: Command, record: () => Promise<void>): Promise<void> {
  try {
    await record();
  } catch (error) {
    if (!(error instanceof RegistryUnknown)) throw error;
    say(`${service}: this is not recorded. ${error.message}`);
  }
}

function passOrRefuse({ say }: Command, answer: Answer): void {
  if (answer.answer !== 'yes') throw new Refused(answer);
  say(inWords(answer));
}

async function orRefuse<Result>(stage: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RegistryUnknown)) throw error;
    throw new Refused(unknown(stage, error.message), { cause: error });
  }
}

/** The services beside this one. */
function workspaceOf({ folder, say }: Command) {
  const services = dirname(folder);
  return {
    root: dirname(services),
    folderOf: (service: string) => (existsSync(join(services, service)) ? join(services, service) : undefined),
    say,
  };
}
