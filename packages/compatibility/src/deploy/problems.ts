import type { Compare } from './compare.ts';
import { ofAbsence, ofChange, ofDeprecation, ofRemoval, ofRelease, partyOf } from './reasons.ts';
import { type Deprecation, nameOf, type Reason, type Release, type Required } from './release.ts';
import { type Consumer, isRunning, ownerOf, type Provider, type World } from './world.ts';

/** What stands in the way of a release, or is worth a warning. */
export interface Problem {
  readonly reason: Reason;
  readonly blocks: boolean | 'unknown';
  /** The service at the other end, and whether it only has messages under way. */
  readonly other?: { readonly service: string; readonly draining: boolean };
}

export interface Rules {
  readonly compare: Compare;
  readonly deprecations: Readonly<Record<string, Deprecation>>;
  readonly now: Date;
}

/**
 * What happens when a release joins a world and takes the place of the other releases of its service.
 * @param present what runs today, to say what is taken away
 */
export function problemsOf(release: Release, world: World, rules: Rules, present = world): Problem[] {
  const before = present.runningOf(release.service).filter((it) => !isSame(it, release));
  return [...ofRequirements(release, world, rules), ...ofProvisions(release, world, rules, before)];
}

/** What the release requires, against every version that provides it. */
function ofRequirements(release: Release, world: World, rules: Rules): Problem[] {
  return release.requires.flatMap((required) => {
    const consumer: Consumer = { release, state: 'candidate', required };
    const own = release.provides.filter((it) => nameOf(it) === nameOf(required));
    const itself = own.map((provided): Provider => ({ release, state: 'candidate', provided }));
    const others = world.providers(nameOf(required)).filter((it) => !isSame(it.release, release));
    const providers = [...itself, ...others].filter((it) => reaches(required, it));
    const deprecation = rules.deprecations[nameOf(required)] ?? providers.find(isDeprecated)?.provided.deprecated;
    const deprecated = deprecation && { reason: ofDeprecation(consumer, deprecation, rules.now), blocks: false };
    return [
      ...absences(consumer, itself.length > 0, world),
      ...(deprecated === undefined ? [] : [deprecated]),
      ...providers.flatMap((provider) => differences(consumer, provider, release, rules)),
    ];
  });
}

const isDeprecated = ({ provided }: Provider): boolean => provided.deprecated !== undefined;

/** Messages of a version that was replaced are still under way; calls are not. */
const reaches = ({ use }: Required, { state }: Provider): boolean => use === 'reads' || state !== 'draining';

/** A call or a command needs every version of its owner; an event may come later. */
function absences(consumer: Consumer, itself: boolean, world: World): Problem[] {
  const { required, release } = consumer;
  const [service, contract] = [ownerOf(required), nameOf(required)];
  const running = world.runningOf(service).filter((it) => !isSame(it, release));
  const lacking = running.filter((it) => !it.provides.some((provided) => nameOf(provided) === contract));
  if (running.length === lacking.length && !itself) {
    const [reason, blocks] = [ofAbsence(consumer, lacking[0]), required.use !== 'reads'];
    return [{ reason, blocks, other: { service, draining: false } }];
  }
  if (required.use === 'reads' || service === release.service) return [];
  return lacking.map((it) => ({
    reason: ofAbsence(consumer, it),
    blocks: true,
    other: { service, draining: false },
  }));
}

/** What the release provides, or takes away, against everybody who requires it. */
function ofProvisions(release: Release, world: World, rules: Rules, before: readonly Release[]): Problem[] {
  const provided = new Map(release.provides.map((it) => [nameOf(it), it]));
  const consumers = world.consumersOf(release.service).filter((it) => !isSame(it.release, release));
  return consumers.filter(stillUses).flatMap((consumer): Problem[] => {
    const contract = nameOf(consumer.required);
    const mine = provided.get(contract);
    if (mine !== undefined) {
      return differences(consumer, { release, state: 'candidate', provided: mine }, release, rules);
    }
    if (!before.some((it) => provides(it, contract)) || consumer.release.service === release.service) return [];
    const reason = ofRemoval(consumer, release, rules.deprecations[contract], rules.now);
    const draining = !isRunning(consumer);
    return [{ reason, blocks: true, other: { service: consumer.release.service, draining } }];
  });
}

/** What a replaced version sent is still under way; it reads and calls no more. */
const stillUses = ({ required: { use }, state }: Consumer): boolean => use === 'sends' || state !== 'draining';

/** Of a release that registered nothing, it is not known what it provided. */
const provides = ({ provides: list, requires }: Release, contract: string): boolean =>
  list.some((it) => nameOf(it) === contract) || (list.length === 0 && requires.length === 0);

function differences(consumer: Consumer, provider: Provider, released: Release, { compare }: Rules): Problem[] {
  const { use, fields, schema } = consumer.required;
  const changes = compare({ consumer: schema, provider: provider.provided.schema, use, fields });
  const other = otherOf(consumer, provider, released);
  if (changes === undefined) {
    const contract = nameOf(consumer.required);
    const ends = `${provider.release.service} or ${consumer.release.service}`;
    const what = `The schema of ${contract} that ${ends} has is not known, or is none that can be read.`;
    const remedy = 'Register a release again, with JSON Schemas of what it provides and requires.';
    const reason = ofRelease('schema-unknown', what, remedy, provider.release);
    return [{ reason: { ...reason, contract, consumer: partyOf(consumer.release) }, blocks: 'unknown', other }];
  }
  return changes
    .filter(({ breaking, missing }) => breaking || missing)
    .map((change) => ({ reason: ofChange(consumer, provider, change, released), blocks: change.breaking, other }));
}

function otherOf(consumer: Consumer, provider: Provider, released: Release): Problem['other'] {
  const { release, state } = isSame(provider.release, released) ? consumer : provider;
  return { service: release.service, draining: state === 'draining' };
}

export const isSame = (one: Release, other: Release): boolean =>
  one.service === other.service && one.label === other.label;
