import type { Manifest } from './manifest.ts';
import { type Labelled, type Registry, RegistryUnknown, type Verdict } from './registry.ts';

/** Whether releases may go to a stage together. Without a verdict of the registry it is unknown, and `why` says it. */
export interface Answer extends Omit<Verdict, 'token'> {
  readonly stage: string;
  /** The candidates, as the registry has labelled them. */
  readonly releases: readonly Labelled[];
  /** Numbers the live set that was judged. */
  readonly token?: number;
  readonly why?: string;
  /** The services that would leave. */
  readonly removals?: readonly string[];
  readonly urgent?: boolean;
}

/** Exit codes of the gate. */
export const EXIT: Readonly<Record<Answer['answer'], number>> = { yes: 0, no: 1, unknown: 2 };

/** Further checks of releases to which the registry has said yes; the reasons against them. */
export type Check = (registry: Registry, stage: string, releases: readonly Candidate[]) => Promise<Verdict['blockers']>;

export interface Candidate extends Labelled {
  readonly manifest: Manifest;
}

/**
 * Registers releases, and asks whether they may be deployed to a stage together. Whatever keeps the registry from
 * saying so makes the answer unknown, never a yes. An urgent fix waits for nobody's tests.
 */
export async function askGate(
  registry: Registry,
  stage: string,
  manifests: readonly Manifest[],
  check: Check = async () => [],
): Promise<Answer> {
  const urgent = manifests.some((it) => it.urgent === true);
  const releases: Candidate[] = [];
  try {
    for (const manifest of manifests) {
      releases.push({ service: manifest.service, label: await registry.register(manifest), manifest });
    }
    const verdict = await registry.canDeploy(stage, releases, { urgent });
    const blockers = verdict.answer === 'yes' && !urgent ? await check(registry, stage, releases) : [];
    const judged = blockers.length > 0 ? { ...verdict, answer: 'no' as const, blockers } : verdict;
    return { ...judged, stage, releases: releases.map(labelled), ...(urgent && { urgent }) };
  } catch (error) {
    if (!(error instanceof RegistryUnknown)) throw error;
    return unknown(stage, error.message, releases.map(labelled));
  }
}

/** Asks about releases that are registered, such as the one that a rollback returns to. */
export async function judge(registry: Registry, stage: string, releases: readonly Labelled[]): Promise<Answer> {
  return { ...(await registry.canDeploy(stage, releases)), stage, releases };
}

/** Asks whether services may leave a stage: whether nobody who stays requires them. @throws RegistryUnknown */
export async function askToRemove(registry: Registry, stage: string, removals: readonly string[]): Promise<Answer> {
  return { ...(await registry.canDeploy(stage, [], { removals })), stage, releases: [], removals };
}

const labelled = ({ service, label }: Labelled): Labelled => ({ service, label });

export const unknown = (stage: string, why: string, releases: readonly Labelled[] = []): Answer => ({
  ...{ answer: 'unknown', stage, releases, why },
  ...{ blockers: [], warnings: [], overridden: [] },
});
