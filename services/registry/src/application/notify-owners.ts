import { createHash } from 'node:crypto';
import { explained } from '../domain/drift.ts';
import { counting } from '../domain/live-set.ts';
import { consumersOf, newMajors, type Notice, toOwners } from '../domain/notices.ts';
import type { StoredRelease } from '../domain/release.ts';
import type { TestFailure } from '../store/test-failure-store.ts';
import type { DriftStore } from '../store/drift-store.ts';
import type { Stores } from './judge.ts';

/** Hands a notice over; the same id is delivered once. */
export type SendNotice = (notice: Notice & { readonly id: string }) => Promise<void>;

export interface Notifier extends Pick<Stores, 'releases' | 'stages'> {
  readonly drifts: DriftStore;
  /** The stage whose owners are told: the registry's own. */
  readonly stage: string;
  readonly send: SendNotice;
}

interface Terms {
  readonly contract: string;
  readonly since?: string;
  readonly sunset?: string | undefined;
  readonly successor?: string | undefined;
}

/** A release is live that provides a new major version of what others use. */
export async function notifyOfNewMajors(
  notifier: Notifier,
  event: string,
  {
    service,
    label,
    replaced,
  }: { readonly service: string; readonly label: string; readonly replaced: readonly string[] },
): Promise<number> {
  const { releases, stage } = notifier;
  const found = await releases.loadMany([label, ...replaced].map((it) => ({ service, label: it })));
  const release = found.get(`${service}#${label}`);
  if (release === undefined) return 0;
  const before = replaced.flatMap((it) => found.get(`${service}#${it}`) ?? []);
  const majors = newMajors(release, before);
  if (majors.length === 0) return 0;
  const running = await runningIn(notifier);
  return deliver(
    notifier,
    event,
    majors.flatMap(({ from, to }) =>
      toOwners(consumersOf(from, running), `${to} is there`, (services) =>
        [
          `${service} ${label} provides ${to} in ${stage}, beside ${from}.`,
          `${services.join(', ')} of yours uses ${from}. Move to ${to} before ${from} goes.`,
        ].join('\n'),
      ),
    ),
  );
}

/** A contract is deprecated, or its dates have changed. */
export async function notifyOfDeprecation(notifier: Notifier, event: string, terms: Terms): Promise<number> {
  const { contract, since = '' } = terms;
  const concerned = consumersOf(contract, await runningIn(notifier));
  const notices = toOwners(concerned, `${contract} is deprecated`, (services) =>
    [`${contract} is deprecated since ${since}.`, ...whatToDo(terms, services)].join('\n'),
  );
  return deliver(notifier, event, notices);
}

/** A sunset is near: those who use the contract are told, and who provides it. */
export async function notifyOfSunset(
  notifier: Notifier,
  event: string,
  terms: Terms & { readonly days: number },
): Promise<number> {
  const { contract, days } = terms;
  const running = await runningIn(notifier);
  const users = consumersOf(contract, running);
  const providers = running.filter(({ service }) => contract.startsWith(`${service}/`));
  const within = days === 1 ? 'a day' : `${days} days`;
  const title = `${contract} goes within ${within}`;
  const names = [...new Set(users.map(({ service }) => service))].sort();
  return deliver(notifier, event, [
    ...toOwners(users, title, (services) =>
      [`${contract} goes within ${within}.`, ...whatToDo(terms, services)].join('\n'),
    ),
    ...toOwners(providers, `The sunset of ${contract} is near`, () =>
      names.length === 0
        ? `${contract} goes within ${within}. Nobody in ${notifier.stage} requires it.`
        : `${contract} goes within ${within}, and these still require it in ${notifier.stage}: ${names.join(', ')}.`,
    ),
  ]);
}

/** A sunset has passed, and somebody still requires the contract: both sides are told. */
export async function notifyOfPassedSunset(notifier: Notifier, event: string, terms: Terms): Promise<number> {
  const { contract, sunset = '' } = terms;
  const running = await runningIn(notifier);
  const users = consumersOf(contract, running);
  if (users.length === 0) return 0;
  const providers = running.filter(({ service }) => contract.startsWith(`${service}/`));
  const names = [...new Set(users.map(({ service }) => service))].sort();
  const title = `${contract} is past its sunset`;
  return deliver(notifier, event, [
    ...toOwners(users, title, (services) =>
      [`${contract} was to go at ${sunset}.`, ...whatToDo({ ...terms, sunset: undefined }, services)].join('\n'),
    ),
    ...toOwners(
      providers,
      `The sunset of ${contract} has passed`,
      () => `${contract} was to go at ${sunset}, and these still require it in ${notifier.stage}: ${names.join(', ')}.`,
    ),
  ]);
}

/** An urgent fix is live: those who use the service hear that nothing of theirs was tested with it. */
export async function notifyOfUrgentFix(
  notifier: Notifier,
  event: string,
  { service, label }: { readonly service: string; readonly label: string },
): Promise<number> {
  const users = (await runningIn(notifier)).filter(
    (it) => it.service !== service && it.requires.some(({ contract }) => contract.startsWith(`${service}/`)),
  );
  const notices = toOwners(users, `An urgent fix of ${service} is live`, (services) =>
    [
      `${service} ${label} is live in ${notifier.stage} as an urgent fix: the tests of dependants did not run with it.`,
      `${services.join(', ')} of yours uses ${service}. Test with it now.`,
    ].join('\n'),
  );
  return deliver(notifier, event, notices);
}

/** Tests of a consumer fail with a release that is to be deployed: both sides are told. */
export async function notifyOfTestFailure(
  notifier: Notifier,
  event: string,
  { contract, provider, consumer, what }: Omit<TestFailure, 'stage'>,
): Promise<number> {
  const found = await notifier.releases.loadMany([provider, consumer]);
  const title = `Tests of ${consumer.service} fail with ${provider.service} ${provider.label}`;
  const text = [
    `${title}, which changes ${contract}, in ${notifier.stage}: ${what}.`,
    `Run npm test -- --unit services/${consumer.service}, and agree who changes what. ${provider.service} is not deployed.`,
  ].join('\n');
  return deliver(
    notifier,
    event,
    toOwners([...found.values()], title, () => text),
  );
}

/** A service runs in other artefacts than are recorded. */
export async function notifyOfDrift(notifier: Notifier, event: string, service: string): Promise<number> {
  const drift = (await notifier.drifts.reported(notifier.stage)).get(service)?.drift;
  if (drift === undefined) return 0;
  const owned = (await runningIn(notifier)).filter((it) => it.service === service);
  const { what, remedy } = explained(drift);
  return deliver(
    notifier,
    event,
    toOwners(owned, `${service} differs from what is recorded`, () => `${what}\n${remedy}`),
  );
}

function whatToDo({ contract, sunset, successor }: Terms, services: readonly string[]): string[] {
  const until = sunset === undefined ? '' : ` It is there until ${sunset}.`;
  const move = successor === undefined ? `Ask its owner what to use instead of ${contract}.` : `Move to ${successor}.`;
  return [`${services.join(', ')} of yours uses it.${until} ${move}`];
}

async function runningIn({ stages, releases, stage }: Notifier): Promise<StoredRelease[]> {
  const live = await stages.load(stage);
  const running = counting(live?.entries ?? [], new Date().toISOString()).filter(({ state }) => state !== 'draining');
  return [...(await releases.loadMany(running)).values()];
}

async function deliver({ send }: Notifier, event: string, notices: readonly Notice[]): Promise<number> {
  for (const notice of notices) await send({ ...notice, id: idOf(event, notice) });
  return notices.length;
}

/** The same for a repetition of the event: a UUID of version 8, made of a digest. Source: RFC 9562, section 5.8 */
function idOf(event: string, { owner, title }: Notice): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([event, owner.name, owner.email, owner.webhook, title]))
    .digest('hex');
  const parts = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  return parts.join('-');
}
