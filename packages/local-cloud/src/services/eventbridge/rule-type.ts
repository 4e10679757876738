import { AwsError } from '../../shared/protocols/aws-error.ts';
import type { AwsJsonService } from '../../shared/protocols/aws-json.ts';
import {
  type CreatedResource,
  knownProperties,
  onlyKnown,
  optionalText,
  type Properties,
  type ResourceType,
} from '../cloudformation/index.ts';
import type { EventBridgeParts } from './resource-types.ts';

const TYPE = 'AWS::Events::Rule';
const DEFAULT_BUS = 'default';
const SUPPORTED = ['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Description', 'Targets'];

interface Target {
  readonly Arn: string;
  readonly Id: string;
  readonly Input?: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  /** Of no use for a schedule: its invocation is refused only where there is no such function. */
  readonly RetryPolicy?: unknown;
}

/**
 * A rule by pattern, which EventBridge matches, or by schedule, which the scheduler runs.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
 */
export function ruleType({ eventBridge, scheduler, region, accountId }: EventBridgeParts): ResourceType {
  const { check, enforced } = knownProperties(TYPE, SUPPORTED, ['RoleArn', 'Tags']);

  async function put(name: string, properties: Properties): Promise<CreatedResource> {
    const bus = optionalText(properties, 'EventBusName') ?? DEFAULT_BUS;
    if (isSchedule(properties)) putSchedules(name, properties);
    else await putRule(eventBridge, name, bus, properties);
    const busName = bus.split('/').at(-1) ?? bus;
    const [ref, path] = busName === DEFAULT_BUS ? [name, name] : [`${busName}|${name}`, `${busName}/${name}`];
    return { ref, attributes: { Arn: `arn:aws:events:${region}:${accountId}:rule/${path}` } };
  }

  function putSchedules(name: string, properties: Properties): void {
    if (properties['State'] === 'DISABLED') return;
    for (const { Arn, Id, Input, DeadLetterConfig: deadLetters } of targetsOf(properties)) {
      scheduler.put(`${name}/${Id}`, {
        functionName: Arn.split(':function:')[1] ?? Arn,
        expression: String(properties['ScheduleExpression']),
        ...(Input !== undefined && { input: JSON.parse(Input) as unknown }),
        ...(deadLetters?.Arn !== undefined && { undeliverable: deadLetters.Arn }),
      });
    }
  }

  async function remove(physicalId: string, properties: Properties): Promise<void> {
    const [bus, name] = physicalId.includes('|') ? physicalId.split('|') : [DEFAULT_BUS, physicalId];
    if (!isSchedule(properties)) return removeRule(eventBridge, { Rule: name, EventBusName: bus });
    for (const { Id } of targetsOf(properties)) scheduler.remove(`${name}/${Id}`);
  }

  return {
    nameProperty: 'Name',
    replacedBy: ['EventBusName'],
    check(properties) {
      check(properties);
      if (isSchedule(properties)) checkSchedule(properties);
    },
    ...(enforced !== undefined && { enforced }),
    create: ({ name, properties }) => put(name, properties),
    async update(physicalId, properties, previous) {
      if (isSchedule(properties) || isSchedule(previous)) await remove(physicalId, previous);
      return put(physicalId.split('|').at(-1)!, properties);
    },
    remove: ({ physicalId, properties }) => remove(physicalId, properties),
    async resume({ name, properties }) {
      if (isSchedule(properties)) putSchedules(name, properties);
    },
  };
}

const isSchedule = (properties: Properties): boolean => 'ScheduleExpression' in properties;

const targetsOf = (properties: Properties): Target[] => (properties['Targets'] ?? []) as Target[];

function checkSchedule(properties: Properties): void {
  if ('EventPattern' in properties)
    throw new TypeError(`${TYPE}: a pattern and a schedule in one are not supported here.`);
  for (const { Arn, Id, Input, DeadLetterConfig: _dlq, RetryPolicy: _retry, ...others } of targetsOf(properties)) {
    onlyKnown(`${TYPE} target ${Id}`, others, []);
    if (Arn.split(':')[2] !== 'lambda') throw new TypeError(`A schedule cannot invoke ${Arn} here; only functions.`);
    if (Input !== undefined) JSON.parse(Input);
  }
}

interface RuleKey {
  readonly Rule: string | undefined;
  readonly EventBusName: string | undefined;
}

async function putRule(eventBridge: AwsJsonService, name: string, bus: string, properties: Properties): Promise<void> {
  await eventBridge('PutRule', {
    Name: name,
    EventBusName: bus,
    EventPattern: JSON.stringify(properties['EventPattern']),
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
