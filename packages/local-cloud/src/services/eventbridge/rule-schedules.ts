import { randomUUID } from 'node:crypto';
import { createClock } from '../../shared/clock.ts';
import { inTransaction } from '../../shared/sqlite.ts';
import type { Context } from './context.ts';
import type { Deliveries } from './deliveries.ts';
import { DEFAULT_BUS } from './arns.ts';
import type { Publish } from './publisher.ts';
import type { Route, Router } from './router.ts';

export interface RuleSchedules {
  /** Begins with the rules whose functions run. */
  start(runs: (functionArn: string) => boolean): void;
  /** The rules have changed. */
  changed(): void;
  /** When the rule of this ARN runs next, in ms since 1970; undefined for one that does not. */
  next(ruleArn: string): number | undefined;
  stop(): void;
}

/**
 * Publishes the events of the rules that have a schedule.
 * @param copies how often the next event is published, once without a fault
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
 */
export function createRuleSchedules(
  context: Context,
  router: Router,
  publish: Publish,
  deliveries: Pick<Deliveries, 'add'>,
  copies: () => number,
): RuleSchedules {
  const set = new Map<string, string>();
  const clock = createClock((arn, time) => {
    for (let left = copies(); left > 0; left -= 1) fire(arn, time);
  });
  let runs: ((functionArn: string) => boolean) | undefined;

  function fire(arn: string, time: number): void {
    const event = scheduledEvent(context, arn, time);
    const envelope = { id: event.id, label: 'Scheduled Event', body: JSON.stringify(event), event, time };
    try {
      const send = () => publish(DEFAULT_BUS, { ...envelope, receivedAt: context.now() }, { scheduled: arn });
      deliveries.add(inTransaction(context.database, send));
    } catch (error) {
      // Such as a full disk.
      context.log('error', `The rule ${arn} was due and did not run`, { reason: String(error) });
    }
  }

  const isRun = ({ targets }: Route): boolean =>
    [...targets.values()].every(({ arn }) => !arn.startsWith('arn:aws:lambda:') || runs!(arn));

  function changed(): void {
    if (runs === undefined) return;
    const wanted = router.routes(DEFAULT_BUS).filter((route) => route.enabled && route.schedule && isRun(route));
    for (const arn of set.keys()) {
      if (wanted.some((route) => route.arn === arn)) continue;
      set.delete(arn);
      clock.remove(arn);
    }
    for (const { arn, schedule } of wanted) {
      if (set.get(arn) === schedule!.key) continue;
      set.set(arn, schedule!.key);
      clock.set(arn, schedule!);
    }
  }

  return {
    changed,
    start(given) {
      runs = given;
      changed();
    },
    next: clock.next,
    stop: () => clock.stop(),
  };
}

function scheduledEvent({ accountId, region }: Context, ruleArn: string, time: number) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: accountId,
    time: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [ruleArn],
    detail: {},
  };
}
