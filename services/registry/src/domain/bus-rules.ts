import { nameOf } from '@dure/compatibility';
import { selects, textsOf } from './rule-pattern.ts';
import type { StoredRelease } from './release.ts';

/** A rule of the stage's bus. */
export interface BusRule {
  readonly name: string;
  /** Its event pattern, as JSON. */
  readonly pattern: Readonly<Record<string, unknown>>;
  /** False where it brings nothing: it is switched off, or has no target. */
  readonly isOn: boolean;
}

/** Where the rules of a service are not those that its release needs. */
export interface RuleDrift {
  /** Contracts of which a rule is not there, is switched off, or has no target. */
  readonly missing: readonly string[];
  /** Rules that bring what the service does not require. */
  readonly unknown: readonly string[];
}

type Consumer = Pick<StoredRelease, 'service' | 'requires' | 'provides' | 'mock'>;

interface Place {
  readonly service: string;
  readonly stage: string;
}

const OURS = 'dure.';

/** The beginning of a rule's name where a deployment made it, as the plugin names it. */
const ownPrefix = ({ service, stage }: Place): string => `dure-${stage}-${service}-`;

/** Whose a rule is: by the name that the plugin gives it, or else any name that has the service's between hyphens. */
export function serviceOf({ name }: BusRule, stage: string, services: Iterable<string>): string | undefined {
  const longestFirst = [...services].sort((a, b) => b.length - a.length);
  const begins = longestFirst.find((service) => name.startsWith(ownPrefix({ service, stage })));
  return begins ?? longestFirst.find((service) => `-${name}-`.includes(`-${service}-`));
}

/**
 * Compares the rules of one service with what its releases need: each event that they read and each command that they
 * take has a rule. What a rule selects in the content of a message is not judged.
 *
 * @param running releases of the service that run
 * @param draining those that were replaced: what they needed may still be there
 */
export function ruleDriftOf(
  place: Place,
  rules: readonly BusRule[],
  { running, draining = [] }: { readonly running: readonly Consumer[]; readonly draining?: readonly Consumer[] },
): RuleDrift {
  const needed = running.filter(({ mock }) => mock !== true).flatMap(needs);
  const known = [...running, ...draining].flatMap(needs);
  const made = rules.filter(({ name }) => name.startsWith(ownPrefix(place)));
  // A service that is deployed without the plugin names its rules as it likes.
  const bringing = made.length > 0 ? made : rules;
  const missing = needed.filter((need) => {
    const its = bringing.filter(({ pattern }) => selects(pattern, messageOf(need)));
    // Of two functions that need it, one is deaf where its own rule is off.
    return its.length === 0 || its.some(({ isOn }) => !isOn);
  });
  const unknown = rules.filter(
    (rule) => rule.isOn && bringsMore(rule, { own: OURS + place.service, known, isMade: made.includes(rule) }),
  );
  return {
    missing: [...new Set(missing.map(({ key }) => key))].sort(),
    unknown: unknown.map(({ name }) => name).sort(),
  };
}

/** Whether a rule names a type, or a sender of it, that nobody requires. One that names none may take what is needed. */
function bringsMore(
  { pattern }: BusRule,
  { own, known, isMade }: { readonly own: string; readonly known: readonly Need[]; readonly isMade: boolean },
): boolean {
  const types = textsOf(pattern, 'detail-type');
  if (types.length === 0) return !isMade && takesAnyType(pattern);
  const sources = textsOf(pattern, 'source');
  return types.some((type) => {
    const needs = known.filter((need) => need.type === type);
    const isKnown = (source: string) => source === own || needs.some((need) => (need.source ?? source) === source);
    const others = sources.filter((source) => selects(pattern, { source, 'detail-type': type }));
    if (others.length > 0) return !others.every(isKnown);
    return !needs.some((need) => selects(pattern, messageOf(need)));
  });
}

const takesAnyType = (pattern: BusRule['pattern']): boolean => selects(pattern, { 'detail-type': 'Whatever.v1' });

/** Whether a rule of nobody who is known hears what services say. */
export const hearsServices = ({ pattern, isOn }: BusRule, services: Iterable<string>): boolean =>
  isOn &&
  (textsOf(pattern, 'source').some((source) => source.startsWith(OURS)) ||
    [...services].some((service) => selects(pattern, { source: OURS + service })));

interface Need {
  readonly key: string;
  /** Of a command: any sender's. */
  readonly source: string | undefined;
  readonly type: string;
}

const messageOf = ({ source, type }: Need) => ({ ...(source !== undefined && { source }), 'detail-type': type });

function needs({ requires, provides }: Consumer): Need[] {
  const typeOf = (contract: string, major: number) => `${contract.split('/')[1] ?? ''}.v${major}`;
  return [
    ...requires
      .filter(({ use }) => use === 'reads')
      .map((it) => ({
        key: nameOf(it),
        source: OURS + (it.contract.split('/')[0] ?? ''),
        type: typeOf(it.contract, it.major),
      })),
    ...provides
      .filter(({ kind }) => kind === 'command')
      .map((it) => ({ key: nameOf(it), source: undefined, type: typeOf(it.contract, it.major) })),
  ];
}
