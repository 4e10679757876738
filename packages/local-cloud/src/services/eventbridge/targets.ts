import {
  allowOnly,
  invalid,
  limitExceeded,
  optionalText,
  paginate,
  requiredName,
  requiredObjects,
} from '@dure/aws-protocols/aws-input';
import { requiredText, type Input } from '@dure/aws-protocols/aws-input';
import { busNameOf } from './arns.ts';
import type { Buses } from './buses.ts';
import type { Action, Context } from './context.ts';
import type { Rule, Rules } from './rules.ts';
import { inTransaction } from './schema.ts';
import { compileTarget, type Target } from './target.ts';

const MAX_TARGETS_PER_RULE = 5;

interface Failure {
  readonly TargetId: string;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export interface StoredTarget {
  readonly bus: string;
  readonly rule: string;
  readonly id: string;
  readonly arn: string;
  readonly target: string;
}

export interface Targets {
  all(): StoredTarget[];
  readonly actions: Record<string, Action>;
}

/**
 * The actions on the targets of rules. As on AWS, a request that is wrong is refused whole; what is wrong with single
 * targets of a good request (a bus or a target that does not exist) comes back as FailedEntries.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
 */
export function createTargets(context: Context, buses: Buses, rules: Rules, changed: () => void): Targets {
  const { database } = context;
  const all = (): StoredTarget[] =>
    database.prepare('SELECT * FROM eventbridge_targets ORDER BY rowid').all() as unknown as StoredTarget[];
  const ofRule = ({ bus, name }: Rule): StoredTarget[] =>
    all().filter((target) => target.bus === bus && target.rule === name);
  const existingRule = (input: Input): Rule =>
    rules.get(buses.get(busNameOf(context, input.EventBusName)).name, requiredName(input, 'Rule', 64));

  const failureOf = (target: Target): Failure | undefined =>
    target.bus === undefined || buses.exists(target.bus)
      ? undefined
      : {
          TargetId: target.id,
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: `Event bus ${target.bus} does not exist.`,
        };

  const actions: Record<string, Action> = {
    PutTargets(input) {
      allowOnly('PutTargets', input, ['Rule', 'EventBusName', 'Targets']);
      const rule = existingRule(input);
      const given = requiredObjects(input, 'Targets', 100);
      const compiled = given.map((target, index) => ({
        target: compileTarget(context, target, index + 1),
        text: JSON.stringify(target),
      }));
      const ids = new Set([...ofRule(rule), ...compiled.map(({ target }) => target)].map(({ id }) => id));
      if (ids.size > MAX_TARGETS_PER_RULE) throw limitExceeded();
      const failures = compiled.map(({ target }) => failureOf(target));
      inTransaction(database, () => {
        const insert = database.prepare(
          'INSERT OR REPLACE INTO eventbridge_targets (bus, rule, id, arn, target) VALUES (?, ?, ?, ?, ?)',
        );
        compiled.forEach(({ target, text }, index) => {
          if (failures[index] === undefined) insert.run(rule.bus, rule.name, target.id, target.arn, text);
        });
      });
      changed();
      return failed(failures.filter((failure) => failure !== undefined));
    },
    RemoveTargets(input) {
      allowOnly('RemoveTargets', input, ['Rule', 'EventBusName', 'Ids', 'Force']);
      const rule = existingRule(input);
      if (!Array.isArray(input.Ids) || input.Ids.length === 0) throw invalid('RemoveTargets needs Ids.');
      const remove = database.prepare('DELETE FROM eventbridge_targets WHERE bus = ? AND rule = ? AND id = ?');
      const failures = input.Ids.map(String).flatMap((id): Failure[] => {
        if (remove.run(rule.bus, rule.name, id).changes === 1) return [];
        const message = `Rule ${rule.name} does not have target ${id}.`;
        return [{ TargetId: id, ErrorCode: 'ResourceNotFoundException', ErrorMessage: message }];
      });
      changed();
      return failed(failures);
    },
    ListTargetsByRule(input) {
      allowOnly('ListTargetsByRule', input, ['Rule', 'EventBusName', 'NextToken', 'Limit']);
      // In the order in which they were put.
      const numbered = ofRule(existingRule(input)).map((target, index) => ({ ...target, index }));
      const { page, NextToken } = paginate(numbered, ({ index }) => String(index).padStart(3, '0'), input);
      return { Targets: page.map(({ target }) => JSON.parse(target) as unknown), NextToken };
    },
    ListRuleNamesByTarget(input) {
      allowOnly('ListRuleNamesByTarget', input, ['TargetArn', 'EventBusName', 'NextToken', 'Limit']);
      const arn = requiredText(input, 'TargetArn', 1600);
      const bus = buses.get(busNameOf(context, optionalText(input, 'EventBusName', 1600))).name;
      const names = all().flatMap((target) => (target.arn === arn && target.bus === bus ? [target.rule] : []));
      const { page, NextToken } = paginate([...new Set(names)], (name) => name, input);
      return { RuleNames: page, NextToken };
    },
  };

  return { all, actions };
}

function failed(failures: readonly Failure[]): object {
  return { FailedEntryCount: failures.length, FailedEntries: failures };
}
