import { DriftEnded, DriftFound } from '@dure/contracts/registry';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import { type Drift, explained } from '../domain/drift.ts';
import { stageChangePuts } from './change-store.ts';
import { readAll } from './pages.ts';

/*
 * item   pk              sk          attributes
 * drift  DRIFT#<stage>   <service>   drift: what was reported, undefined after it ended; version counts the events
 */

export interface Reported {
  readonly service: string;
  readonly drift?: Drift;
  readonly version: number;
}

export type DriftStore = ReturnType<typeof createDriftStore>;

export const createDriftStore = (table: Table) => ({
  async reported(stage: string): Promise<Map<string, Reported>> {
    const items = await readAll<Reported>(table, { pk: `DRIFT#${stage}` });
    return new Map(items.map((it) => [it.service, it]));
  },

  /** Reports a finding, or that there is none any more. Throws `Conflict` when another run did. */
  async report(call: Call, stage: string, service: string, drift: Drift | undefined, version: number): Promise<void> {
    const { deployed, registered: { label } = {}, rules } = drift ?? {};
    const subject = `${stage}/${service}`;
    const found = drift && {
      ...{ stage, service, kind: drift.kind },
      ...(deployed !== undefined && { deployed }),
      ...(label !== undefined && { label }),
      ...(rules !== undefined && { rules: { missing: [...rules.missing], unknown: [...rules.unknown] } }),
    };
    const what = drift === undefined ? `${service} runs what is recorded again.` : explained(drift).what;
    const kind = drift === undefined ? ('drift-ended' as const) : ('drift-found' as const);
    await commit(table, call, {
      writes: [driftPut(stage, { service, ...(drift && { drift }), version }), ...changes()],
      events: [
        found === undefined
          ? publish(DriftEnded, subject, version, { stage, service })
          : publish(DriftFound, subject, version, found),
      ],
    });

    function changes(): Write[] {
      return stageChangePuts({ at: call.time, kind, stage, service, label, what });
    }
  },
});

function driftPut(stage: string, reported: Reported): Write {
  const before = reported.version - 1;
  const condition =
    before === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'version = :before', ExpressionAttributeValues: { ':before': before } };
  return { Put: { Item: { pk: `DRIFT#${stage}`, sk: reported.service, ...reported }, ...condition } };
}
