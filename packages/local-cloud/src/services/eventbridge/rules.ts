import { parseSchedule } from '@dure/schedule-expressions';
import {
  allowOnly,
  invalid,
  limitExceeded,
  notFound,
  optionalText,
  paginate,
  requiredName,
} from '@dure/aws-protocols/aws-input';
import { violates, type Input } from '@dure/aws-protocols/aws-input';
import { busNameOf, DEFAULT_BUS, ruleArn } from './arns.ts';
import type { Buses } from './buses.ts';
import type { Action, Context } from './context.ts';
import { compiledPattern } from './compiled-pattern.ts';
import { inTransaction } from './schema.ts';
import { deleteTags, putTags } from './tags.ts';

const MAX_RULES_PER_BUS = 300;
const MAX_PATTERN_LENGTH = 4096;

export interface Rule {
  readonly bus: string;
  readonly name: string;
  /** Empty where it has a schedule alone. */
  readonly pattern: string;
  readonly schedule: string | null;
  /** When the schedule was given, in ms since 1970. */
  readonly scheduled_from: number;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly description: string | null;
  readonly role: string | null;
}

export interface Rules {
  /** Throws ResourceNotFoundException for a rule that does not exist. */
  get(bus: string, name: string): Rule;
  all(): Rule[];
  readonly actions: Record<string, Action>;
}

/**
 * Rules and their actions. A rule matches events, or has a schedule, or both.
 * Accepted and kept, without effect here: RoleArn (IAM is not enforced).
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
export function createRules(context: Context, buses: Buses, changed: () => void): Rules {
  const { database } = context;
  const select = database.prepare('SELECT * FROM eventbridge_rules WHERE bus = ? AND name = ?');
  const find = (bus: string, name: string): Rule | undefined => select.get(bus, name) as unknown as Rule | undefined;
  const all = (): Rule[] => database.prepare('SELECT * FROM eventbridge_rules').all() as unknown as Rule[];
  const onBus = (bus: string): Rule[] => all().filter((rule) => rule.bus === bus);
  const get = (bus: string, name: string): Rule => {
    const rule = find(bus, name);
    if (rule === undefined) throw notFound(`Rule ${name} does not exist on EventBus ${bus}.`);
    return rule;
  };
  const existingBus = (input: Input): string => buses.get(busNameOf(context, input.EventBusName)).name;

  const describe = (rule: Rule): object => ({
    Name: rule.name,
    Arn: ruleArn(context, rule.bus, rule.name),
    EventPattern: rule.pattern === '' ? undefined : rule.pattern,
    ScheduleExpression: rule.schedule ?? undefined,
    State: rule.state,
    Description: rule.description ?? undefined,
    RoleArn: rule.role ?? undefined,
    EventBusName: rule.bus,
  });

  const setState = (action: string, input: Input, state: Rule['state']): object => {
    allowOnly(action, input, ['Name', 'EventBusName']);
    const rule = get(existingBus(input), requiredName(input, 'Name', 64));
    database
      .prepare('UPDATE eventbridge_rules SET state = ? WHERE bus = ? AND name = ?')
      .run(state, rule.bus, rule.name);
    changed();
    return {};
  };

  const actions: Record<string, Action> = {
    PutRule(input) {
      const known = [
        'Name',
        'EventPattern',
        'ScheduleExpression',
        'State',
        'Description',
        'RoleArn',
        'Tags',
        'EventBusName',
      ];
      allowOnly('PutRule', input, known);
      const name = requiredName(input, 'Name', 64);
      const bus = existingBus(input);
      const { pattern, schedule } = whenOf(input, bus);
      const state = stateOf(input);
      const description = optionalText(input, 'Description', 512);
      const role = optionalText(input, 'RoleArn', 1600);
      const existing = find(bus, name);
      if (existing === undefined && onBus(bus).length >= MAX_RULES_PER_BUS) throw limitExceeded();
      const arn = ruleArn(context, bus, name);
      const kept = schedule !== null && existing?.schedule === schedule;
      const from = kept ? existing.scheduled_from : context.now();
      inTransaction(database, () => {
        database
          .prepare(
            `INSERT OR REPLACE INTO eventbridge_rules (bus, name, pattern, state, description, role, schedule, scheduled_from)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(bus, name, pattern, state, description ?? null, role ?? null, schedule, from);
        // As on AWS, tags of a rule that exists change by TagResource only.
        if (existing === undefined) putTags(context, arn, input);
      });
      changed();
      return { RuleArn: arn };
    },
    DescribeRule(input) {
      allowOnly('DescribeRule', input, ['Name', 'EventBusName']);
      const rule = get(existingBus(input), requiredName(input, 'Name', 64));
      return { ...describe(rule), CreatedBy: context.accountId };
    },
    ListRules(input) {
      allowOnly('ListRules', input, ['NamePrefix', 'EventBusName', 'NextToken', 'Limit']);
      const prefix = optionalText(input, 'NamePrefix', 64) ?? '';
      const matching = onBus(existingBus(input)).filter(({ name }) => name.startsWith(prefix));
      const { page, NextToken } = paginate(matching, ({ name }) => name, input);
      return { Rules: page.map(describe), NextToken };
    },
    DeleteRule(input) {
      allowOnly('DeleteRule', input, ['Name', 'EventBusName', 'Force']);
      const name = requiredName(input, 'Name', 64);
      const bus = existingBus(input);
      const target = database.prepare('SELECT id FROM eventbridge_targets WHERE bus = ? AND rule = ? LIMIT 1');
      if (target.get(bus, name) !== undefined) throw invalid("Rule can't be deleted since it has targets.");
      inTransaction(database, () => {
        database.prepare('DELETE FROM eventbridge_rules WHERE bus = ? AND name = ?').run(bus, name);
        deleteTags(context, ruleArn(context, bus, name));
      });
      changed();
      return {};
    },
    EnableRule: (input) => setState('EnableRule', input, 'ENABLED'),
    DisableRule: (input) => setState('DisableRule', input, 'DISABLED'),
  };

  return { get, all, actions };
}

function whenOf(input: Input, bus: string): Pick<Rule, 'pattern' | 'schedule'> {
  const pattern = optionalText(input, 'EventPattern', MAX_PATTERN_LENGTH) ?? '';
  const schedule = optionalText(input, 'ScheduleExpression', 256) ?? '';
  if (pattern === '' && schedule === '') {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (pattern !== '') compiledPattern(pattern);
  if (schedule === '') return { pattern, schedule: null };
  if (bus !== DEFAULT_BUS) throw invalid('ScheduleExpression is supported only on the default event bus.');
  try {
    parseSchedule(schedule, { service: 'rule' });
  } catch {
    throw invalid('Parameter ScheduleExpression is not valid.');
  }
  return { pattern, schedule };
}

function stateOf(input: Input): Rule['state'] {
  const state = input.State ?? 'ENABLED';
  if (state === 'ENABLED' || state === 'DISABLED') return state;
  if (state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') {
    throw invalid(`PutRule: State ${state} is not supported by the local EventBridge.`);
  }
  const states = 'ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  throw violates('state', state, `must satisfy enum value set: [${states}]`);
}
