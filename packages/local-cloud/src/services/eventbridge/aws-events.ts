import { randomUUID } from 'node:crypto';
import { inTransaction } from '../../shared/sqlite.ts';
import { DEFAULT_BUS } from './arns.ts';
import type { Context } from './context.ts';
import type { Deliveries } from './deliveries.ts';
import type { Publish } from './publisher.ts';
import type { Router } from './router.ts';

/** An event of an AWS service: `aws.states`. `detail` is plain JSON. */
export interface AwsEvent {
  readonly source: string;
  readonly detailType: string;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: object;
}

/** Publishes an event of an AWS service on the default bus, which nobody else can do by PutEvents. */
export type Announce = (event: AwsEvent) => void;

/** Source: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export function createAnnounce(context: Context, router: Router, publish: Publish, deliveries: Deliveries): Announce {
  return ({ source, detailType, resources, detail }) => {
    // Most default buses have nobody who listens: then an event costs nothing.
    if (router.routes(DEFAULT_BUS).length === 0 && router.archives(DEFAULT_BUS).length === 0) return;
    const receivedAt = context.now();
    const time = Math.floor(receivedAt / 1000) * 1000;
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account: context.accountId,
      time: new Date(time).toISOString().replace('.000Z', 'Z'),
      region: context.region,
      resources,
      detail,
    };
    const label = `${source} ${detailType}`;
    const envelope = { id: event.id, label, body: JSON.stringify(event), event, time, receivedAt };
    deliveries.add(inTransaction(context.database, () => publish(DEFAULT_BUS, envelope)));
  };
}
