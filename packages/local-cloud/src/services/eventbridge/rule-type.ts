import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import { knownProperties, optionalText, type Properties, type ResourceType } from '../cloudformation/index.ts';
import { DEFAULT_BUS } from './arns.ts';
import { bringTagsInLine } from './resource-tags.ts';
import type { EventBridgeParts } from './resource-types.ts';

const TYPE = 'AWS::Events::Rule';
const SUPPORTED = [
  'Name',
  'EventBusName',
  'EventPattern',
  'ScheduleExpression',
  'State',
  'Description',
  'Tags',
  'Targets',
];

interface Target {
  readonly Id: string;
}

/**
 * A rule by pattern or by schedule, or both.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
 */
export function ruleType({ eventBridge, region, accountId }: EventBridgeParts): ResourceType {
  return {
    nameProperty: 'Name',
    replacedBy: ['EventBusName'],
    ...knownProperties(TYPE, SUPPORTED, ['RoleArn']),
    async create({ name, properties }) {
      const bus = optionalText(properties, 'EventBusName') ?? DEFAULT_BUS;
      await putRule(eventBridge, name, bus, properties);
      const busName = bus.split('/').at(-1) ?? bus;
      const [ref, path] = busName === DEFAULT_BUS ? [name, name] : [`${busName}|${name}`, `${busName}/${name}`];
      const arn = `arn:aws:events:${region}:${accountId}:rule/${path}`;
      await bringTagsInLine(eventBridge, arn, properties);
      return { ref, attributes: { Arn: arn } };
    },
    async remove({ physicalId }) {
      const [bus, name] = physicalId.includes('|') ? physicalId.split('|') : [DEFAULT_BUS, physicalId];
      await removeRule(eventBridge, { Rule: name, EventBusName: bus });
    },
  };
}

const targetsOf = (properties: Properties): Target[] => (properties['Targets'] ?? []) as Target[];

interface RuleKey {
  readonly Rule: string | undefined;
  readonly EventBusName: string | undefined;
}

async function putRule(eventBridge: AwsJsonService, name: string, bus: string, properties: Properties): Promise<void> {
  await eventBridge('PutRule', {
    Name: name,
    EventBusName: bus,
    EventPattern: JSON.stringify(properties['EventPattern']),
    ScheduleExpression: optionalText(properties, 'ScheduleExpression'),
    State: optionalText(properties, 'State') ?? 'ENABLED',
    Description: optionalText(properties, 'Description'),
  });
  await putTargets(eventBridge, { Rule: name, EventBusName: bus }, targetsOf(properties));
}

/** Targets go first: AWS refuses to delete a rule that has any. Nothing happens when there is no such rule. */
async function removeRule(eventBridge: AwsJsonService, rule: RuleKey): Promise<void> {
  try {
    await putTargets(eventBridge, rule, []);
    await eventBridge('DeleteRule', { Name: rule.Rule, EventBusName: rule.EventBusName });
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'ResourceNotFoundException')) throw error;
  }
}

/** Makes these the rule's targets; earlier ones that are not among them go. */
async function putTargets(eventBridge: AwsJsonService, rule: RuleKey, targets: readonly Target[]): Promise<void> {
  const { Targets: existing } = (await eventBridge('ListTargetsByRule', { ...rule })) as { Targets?: Target[] };
  const wanted = new Set(targets.map(({ Id }) => Id));
  const gone = (existing ?? []).map(({ Id }) => Id).filter((id) => !wanted.has(id));
  if (gone.length > 0) requireNoFailures(await eventBridge('RemoveTargets', { ...rule, Ids: gone }));
  if (targets.length > 0) requireNoFailures(await eventBridge('PutTargets', { ...rule, Targets: targets }));
}

function requireNoFailures(output: unknown): void {
  const { FailedEntryCount: failed = 0, FailedEntries: entries } = output as {
    FailedEntryCount?: number;
    FailedEntries?: unknown;
  };
  if (failed > 0) throw new Error(`${failed} targets were refused: ${JSON.stringify(entries)}`);
}
