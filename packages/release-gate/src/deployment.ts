import type { Answer } from './gate.ts';
import { type Labelled, type Recording, type Registry, RegistryUnknown } from './registry.ts';

/** Records what a deployment does to a stage. */
export interface Deployment {
  /** The label of a service of this deployment. */
  labelOf(service: string): string | undefined;
  /** It runs, and answers there. */
  done(service: string, endpoints?: Recording['endpoints']): Promise<void>;
  /** It does not run: it is no candidate any more, unless it ran before. */
  failed(service: string): Promise<void>;
}

/** How often a recording is tried again when others record at the same time. */
const TRIES = 5;

/**
 * Announces releases as candidates, on the condition that the stage is still the one that was judged, and that no
 * override that lets them go has ended: of two that break each other, one is refused.
 * @returns undefined if that has changed since, so that the gate is to be asked again
 * @throws RegistryUnknown if one is refused for another reason, or the registry does not answer
 */
export async function announce(
  registry: Registry,
  { stage, releases, token, overridden, urgent }: Answer,
): Promise<Deployment | undefined> {
  let expected = token ?? 0;
  const ids = [...new Set(overridden.map(({ override }) => override.id))];
  const how = { ...(ids.length > 0 && { overrides: ids }), ...(urgent === true && { urgent }) };
  const announced: Labelled[] = [];
  const takeBack = async () => {
    for (const each of announced) await always(registry, stage, { ...each, state: 'removed' });
  };
  for (const release of releases) {
    const recorded = registry.record(stage, { ...release, state: 'candidate', ...how }, expected);
    const next = await recorded.catch(async (error: unknown) => {
      // Why it was refused matters more than that a registry which is away keeps the candidates for some hours.
      await takeBack().catch(() => undefined);
      throw error;
    });
    if (next === undefined) {
      await takeBack();
      return undefined;
    }
    // One that is there already, live or announced by another pipeline, is not this one's to take back.
    if (next !== expected) announced.push(release);
    expected = next;
  }
  return recorder(registry, stage, releases);
}

/** Records the first deployments of a stage, which nothing judges: the registry's own, and of what it needs. */
export const bootstrap = (registry: Registry, stage: string, releases: readonly Labelled[]): Deployment =>
  recorder(registry, stage, releases, { bootstrap: true });

function recorder(
  registry: Registry,
  stage: string,
  releases: readonly Labelled[],
  how: Pick<Recording, 'bootstrap'> = {},
): Deployment {
  const find = (service: string) => releases.find((it) => it.service === service);
  return {
    labelOf: (service) => find(service)?.label,
    async done(service, endpoints) {
      const release = find(service);
      const where = endpoints === undefined ? {} : { endpoints };
      if (release !== undefined) await always(registry, stage, { ...release, state: 'live', ...where, ...how });
    },
    async failed(service) {
      const release = find(service);
      if (release === undefined || (await isLive(registry, stage, release))) return;
      await always(registry, stage, { ...release, state: 'removed' });
    },
  };
}

async function isLive(registry: Registry, stage: string, { service, label }: Labelled): Promise<boolean> {
  const { running } = await registry.stage(stage);
  return running.some((it) => it.service === service && it.label === label && it.state === 'live');
}

/** Records what is so whoever else records something: the token is read again until it holds. */
export async function always(registry: Registry, stage: string, recording: Recording): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { token } = await registry.stage(stage);
    if ((await registry.record(stage, recording, token)) !== undefined) return;
  }
  throw new RegistryUnknown(`The stage ${stage} changed ${TRIES} times while ${recording.service} was recorded.`);
}

/** Records that a service has left a stage. */
export async function recordRemoval(registry: Registry, stage: string, service: string): Promise<void> {
  const { running } = await registry.stage(stage);
  const gone = running.filter((it) => it.service === service && it.state !== 'draining');
  for (const { label } of gone) await always(registry, stage, { service, label, state: 'removed' });
}
