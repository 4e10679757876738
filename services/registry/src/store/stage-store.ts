import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ContractDeprecated, DeploymentRecorded, EndpointRegistered, EndpointRemoved } from '@dure/contracts/registry';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import { type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import type { Change } from '../domain/change.ts';
import type { Deprecation } from '../domain/deprecation.ts';
import {
  daysAfter,
  type Endpoint,
  type Entry,
  type LiveSet,
  type Recorded,
  type Recording,
} from '../domain/live-set.ts';
import { changePut, stageChangePuts } from './change-store.ts';
import { deprecationPut, termsOf } from './contract-store.ts';
import { overrideInForce } from './override-store.ts';
import { readAll, readPage } from './pages.ts';

/*
 * item      pk                sk                         attributes
 * stage     STAGES            <stage>                    there is such a stage
 * token     STAGE#<stage>     TOKEN                      token: the sequence of the stage's last event; bootstrap
 * live      STAGE#<stage>     LIVE#<service>#<label>     owner, state, since, until, urgent, majors
 * endpoint  ENDPOINT#<stage>  <service>#<region>         url, since
 * use       USE#<stage>       <contract>@<major>#<service>#<label>   day
 *
 * Every change of the live set writes the token under the condition that nobody else did. The token is read before the
 * entries, so entries may be newer than their token, and then nothing can be recorded on it.
 */
const tokenKey = (stage: string) => ({ pk: `STAGE#${stage}`, sk: 'TOKEN' });
const liveKey = (stage: string, { service, label }: { service: string; label: string }) => ({
  pk: `STAGE#${stage}`,
  sk: `LIVE#${service}#${label}`,
});
const endpointKey = (stage: string, service: string, region: string) => ({
  pk: `ENDPOINT#${stage}`,
  sk: `${service}#${region}`,
});

/** How long a use counts against a removal, and how long it is kept. */
export const USE_WINDOW_DAYS = 30;
const USE_KEPT_DAYS = 400;

export interface StoredEndpoint extends Endpoint {
  readonly service: string;
  readonly since: string;
}

export interface StoredUse {
  readonly contract: string;
  readonly service: string;
  readonly label: string;
  /** `2026-01-05` */
  readonly day: string;
}

export type StageStore = ReturnType<typeof createStageStore>;

export function createStageStore(table: Table) {
  const known = new Map<string, LiveSet>();

  /** The live set with its token; undefined when nothing was ever recorded. From memory while the token is the same. */
  async function load(stage: string): Promise<LiveSet | undefined> {
    const { Item: item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: tokenKey(stage), ConsistentRead: true }),
    );
    if (item === undefined) return undefined;
    const { token, bootstrap } = item as Pick<LiveSet, 'token' | 'bootstrap'>;
    const before = known.get(stage);
    if (before?.token === token) return before;
    const entries = await readAll<Entry>(table, { pk: `STAGE#${stage}`, prefix: 'LIVE#' });
    const live = { token, bootstrap, entries: entries.map(toEntry) };
    known.set(stage, live);
    return live;
  }

  const endpointsOf = (stage: string, service: string): Promise<StoredEndpoint[]> =>
    readAll<StoredEndpoint>(table, { pk: `ENDPOINT#${stage}`, prefix: `${service}#` });

  return {
    load,
    endpointsOf,

    /** Stages in which something was ever recorded. */
    async names(): Promise<string[]> {
      return (await readAll<{ sk: string }>(table, { pk: 'STAGES' })).map(({ sk }) => sk);
    },

    /** Writes what was decided with its events, in one transaction. Throws `Conflict` when the live set has changed. */
    async record(
      call: Call,
      stage: string,
      recording: Recording,
      recorded: Recorded,
      { token, deprecations }: { readonly token: number; readonly deprecations: readonly Deprecation[] },
    ): Promise<number> {
      const { service, label, state } = recording;
      const isUrgent = recorded.put.some((it) => it.label === label && it.urgent === true);
      const events = eventsOf(stage, recording, recorded, token);
      const after = token + events.length;
      const change: Change & { stage: string } = {
        ...{ at: call.time, kind: 'deployment-recorded', stage, service, label, actor: call.actor },
        what: `${service} ${label} is ${state} in ${stage}${isUrgent ? ', as an urgent fix' : ''}.`,
      };
      await commit(table, call, {
        writes: [
          tokenPut(stage, { token: after, bootstrap: recorded.bootstrap }, token),
          ...(token === 0 ? [{ Put: { Item: { pk: 'STAGES', sk: stage } } }] : []),
          ...liveWrites(stage, recorded),
          ...endpointWrites(stage, service, recorded, call.time),
          ...stageChangePuts(change),
          ...(recording.overrides ?? []).map((id) => overrideInForce(id, call.time)),
          ...deprecations.flatMap((it) => [deprecationPut(it), changePut(deprecated(it, call))]),
        ],
        events: [
          ...events,
          ...deprecations.map((it) => publish(ContractDeprecated, it.contract, it.version, termsOf(it))),
        ],
      });
      return after;
    },

    /** Takes out what has drained, and candidates that never came, as an event of the stage. Throws `Conflict` when the live set has changed. */
    async drop(call: Call, stage: string, live: LiveSet, entry: Entry): Promise<void> {
      const { service, label } = entry;
      const data = { stage, service, label, state: 'removed' as const, replaced: [], bootstrap: false };
      const what =
        entry.state === 'candidate'
          ? `${service} ${label} was announced for ${stage}, and never came.`
          : `${service} ${label} has drained in ${stage}.`;
      await commit(table, call, {
        writes: [
          tokenPut(stage, { token: live.token + 1, bootstrap: live.bootstrap }, live.token),
          { Delete: { Key: liveKey(stage, entry) } },
          ...stageChangePuts({ at: call.time, kind: 'deployment-recorded', stage, service, label, what }),
        ],
        events: [publish(DeploymentRecorded, stage, live.token + 1, data)],
      });
    },

    listEndpoints: (stage: string, service: string | undefined, at: { cursor?: string | undefined; limit: number }) =>
      readPage<StoredEndpoint>(
        table,
        { pk: `ENDPOINT#${stage}`, ...(service !== undefined && { prefix: `${service}#` }) },
        at,
      ),

    /** Keeps that a release used a contract today; a second time that day changes nothing. */
    async recordUse(stage: string, { contract, service, label, day }: StoredUse): Promise<void> {
      try {
        await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: { pk: `USE#${stage}`, sk: `${contract}#${service}#${label}` },
            UpdateExpression:
              'SET #day = :day, contract = :contract, service = :service, label = :label, expiresAt = :end',
            ConditionExpression: 'attribute_not_exists(pk) OR #day < :day',
            ExpressionAttributeNames: { '#day': 'day' },
            ExpressionAttributeValues: {
              ...{ ':day': day, ':contract': contract, ':service': service, ':label': label },
              ':end': Math.floor(Date.parse(daysAfter(day, USE_KEPT_DAYS)) / 1000),
            },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    /** What was used of an owner's contracts, or of one contract. */
    usesOf: (stage: string, prefix: string): Promise<StoredUse[]> =>
      readAll<StoredUse>(table, { pk: `USE#${stage}`, prefix }),
  };
}

const toEntry = ({ service, label, owner, state, since, until, urgent, majors }: Entry): Entry => ({
  ...{ service, label, owner, state, since },
  ...(until !== undefined && { until }),
  ...(urgent !== undefined && { urgent }),
  ...(majors !== undefined && { majors }),
});

function tokenPut(stage: string, after: Pick<LiveSet, 'token' | 'bootstrap'>, before: number): Write {
  const condition =
    before === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#token = :before',
          ExpressionAttributeNames: { '#token': 'token' },
          ExpressionAttributeValues: { ':before': before },
        };
  return { Put: { Item: { ...tokenKey(stage), stage, ...after }, ...condition } };
}

const liveWrites = (stage: string, { put, remove }: Recorded): Write[] => [
  ...put.map((entry): Write => ({ Put: { Item: { ...liveKey(stage, entry), ...entry } } })),
  ...remove.map((entry): Write => ({ Delete: { Key: liveKey(stage, entry) } })),
];

function endpointWrites(stage: string, service: string, { registered, left }: Recorded, since: string): Write[] {
  const key = (region: string) => endpointKey(stage, service, region);
  return [
    ...registered.map((it): Write => ({ Put: { Item: { ...key(it.region), service, ...it, since } } })),
    ...left.map(({ region }): Write => ({ Delete: { Key: key(region) } })),
  ];
}

function eventsOf(stage: string, recording: Recording, recorded: Recorded, token: number): OutgoingEvent[] {
  const { service, label, state, bootstrap } = recording;
  const { replaced, registered, left } = recorded;
  let sequence = token;
  const isUrgent = recorded.put.some((it) => it.label === label && it.urgent === true);
  const urgent = isUrgent && { urgent: true };
  const data = { stage, service, label, state, replaced: [...replaced], bootstrap, ...urgent };
  return [
    publish(DeploymentRecorded, stage, (sequence += 1), data),
    ...left.map((it) => publish(EndpointRemoved, stage, (sequence += 1), { stage, service, ...endpoint(it) })),
    ...registered.map((it) => publish(EndpointRegistered, stage, (sequence += 1), { stage, service, ...endpoint(it) })),
  ];
}

const endpoint = ({ region, url }: Endpoint) => ({ region, url });

const deprecated = ({ contract }: Deprecation, { time: at, actor }: Call): Change => ({
  ...{ at, kind: 'contract-deprecated', contract, actor },
  what: `${contract} is deprecated.`,
});
