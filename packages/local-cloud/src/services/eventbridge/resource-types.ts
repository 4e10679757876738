import { AwsError } from '../../shared/protocols/aws-error.ts';
import type { AwsJsonService } from '../../shared/protocols/aws-json.ts';
import { type ResourceRequest, type ResourceType, text } from '../cloudformation/resource-type.ts';

const DEFAULT_BUS = 'default';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html */
export const eventBus: ResourceType = {
  supported: ['Name'],
  accepted: ['Description', 'KmsKeyIdentifier', 'LogConfig', 'Tags'],
  async create(request, { eventBridge, region, accountId }) {
    const name = text(request, 'Name') ?? request.defaultName;
    await unlessCode('ResourceAlreadyExistsException', eventBridge('CreateEventBus', { Name: name }));
    return { ref: name, attributes: { Name: name, Arn: `arn:aws:events:${region}:${accountId}:event-bus/${name}` } };
  },
};

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
export const rule: ResourceType = {
  supported: ['Name', 'EventBusName', 'EventPattern', 'State', 'Description', 'Targets'],
  accepted: ['RoleArn', 'Tags'],
  async create(request, { eventBridge, region, accountId }) {
    const name = text(request, 'Name') ?? request.defaultName;
    const bus = text(request, 'EventBusName') ?? DEFAULT_BUS;
    await eventBridge('PutRule', {
      Name: name,
      EventBusName: bus,
      EventPattern: JSON.stringify(request.properties['EventPattern']),
      State: text(request, 'State') ?? 'ENABLED',
      Description: text(request, 'Description'),
    });
    await putTargets(eventBridge, { Rule: name, EventBusName: bus }, targetsOf(request));
    const busName = bus.split('/').at(-1) ?? bus;
    const path = busName === DEFAULT_BUS ? name : `${busName}/${name}`;
    return {
      ref: busName === DEFAULT_BUS ? name : `${busName}|${name}`,
      attributes: { Arn: `arn:aws:events:${region}:${accountId}:rule/${path}` },
    };
  },
  async remove(ref, { eventBridge }) {
    const [bus, name] = ref.includes('|') ? ref.split('|') : [DEFAULT_BUS, ref];
    await unlessCode('ResourceNotFoundException', deleteRule(eventBridge, { Rule: name, EventBusName: bus }));
  },
};

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html */
export const archive: ResourceType = {
  supported: ['ArchiveName', 'SourceArn', 'EventPattern', 'RetentionDays', 'Description'],
  accepted: ['KmsKeyIdentifier'],
  async create(request, { eventBridge, region, accountId }) {
    const name = text(request, 'ArchiveName') ?? request.defaultName;
    const pattern = request.properties['EventPattern'];
    const input = {
      ArchiveName: name,
      EventPattern: pattern === undefined ? undefined : JSON.stringify(pattern),
      RetentionDays: request.properties['RetentionDays'],
      Description: text(request, 'Description'),
    };
    const created = await unlessCode(
      'ResourceAlreadyExistsException',
      eventBridge('CreateArchive', { ...input, EventSourceArn: text(request, 'SourceArn') }),
    );
    if (!created) await eventBridge('UpdateArchive', input);
    return {
      ref: name,
      attributes: { ArchiveName: name, Arn: `arn:aws:events:${region}:${accountId}:archive/${name}` },
    };
  },
};

/** Targets go first: AWS refuses to delete a rule that has any. */
async function deleteRule(eventBridge: AwsJsonService, rule: RuleKey): Promise<void> {
  await putTargets(eventBridge, rule, []);
  await eventBridge('DeleteRule', { Name: rule.Rule, EventBusName: rule.EventBusName });
}

interface RuleKey {
  readonly Rule: string | undefined;
  readonly EventBusName: string | undefined;
}

interface Target {
  readonly Id: string;
}

function targetsOf({ properties }: ResourceRequest): Target[] {
  return (properties['Targets'] ?? []) as Target[];
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

async function unlessCode(code: string, request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === code) return false;
    throw error;
  }
}
