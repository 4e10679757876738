import { nextRun } from '../../shared/clock.ts';
import type { Archives } from './archives.ts';
import { busArn, ruleArn } from './arns.ts';
import type { Buses } from './buses.ts';
import type { Context } from './context.ts';
import type { Deliveries } from './deliveries.ts';
import type { Replays } from './replays.ts';
import type { RuleSchedules } from './rule-schedules.ts';
import type { Rules } from './rules.ts';
import type { Targets } from './targets.ts';

interface Parts {
  readonly buses: Buses;
  readonly rules: Rules;
  readonly schedules: Pick<RuleSchedules, 'next'>;
  readonly targets: Targets;
  readonly archives: Archives;
  readonly replays: Replays;
  readonly deliveries: Deliveries;
}

/** The whole state for people and tests, as plain JSON. */
export function describeState(context: Context, parts: Parts): unknown {
  const { buses, rules, schedules, targets, archives, replays, deliveries } = parts;
  const queued = context.database
    .prepare('SELECT bus, rule, target, COUNT(*) AS count FROM eventbridge_deliveries GROUP BY bus, rule, target')
    .all() as unknown as { bus: string; rule: string; target: string; count: number }[];
  const countOf = (bus: string, rule: string, target: string): number =>
    queued.find((row) => row.bus === bus && row.rule === rule && row.target === target)?.count ?? 0;

  return {
    pending: deliveries.pending(),
    buses: buses.all().map(({ name }) => ({
      name,
      arn: busArn(context, name),
      rules: rules
        .all()
        .filter(({ bus }) => bus === name)
        .map((rule) => ({
          name: rule.name,
          arn: ruleArn(context, name, rule.name),
          state: rule.state,
          ...(rule.pattern !== '' && { pattern: JSON.parse(rule.pattern) as unknown }),
          ...(rule.schedule !== null && {
            schedule: rule.schedule,
            ...nextRun(schedules.next(ruleArn(context, name, rule.name))),
          }),
          targets: targets
            .all()
            .filter((target) => target.bus === name && target.rule === rule.name)
            .map(({ id, arn }) => ({ id, arn, queued: countOf(name, rule.name, id) })),
        })),
    })),
    archives: archives.all().map(archives.describe),
    replays: replays.all().map(({ name, archive, bus, state }) => ({ name, archive, bus, state })),
  };
}
