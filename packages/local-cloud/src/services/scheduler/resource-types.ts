import { AwsError } from '@dure/aws-protocols/aws-error';
import { type Identity, knownProperties, type Properties, type ResourceType } from '../cloudformation/index.ts';
import type { Scheduler } from './index.ts';
import { PROPERTIES } from './schedule.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Scheduler.html */
export function schedulerResourceTypes(scheduler: Scheduler, identity: Identity): Record<string, ResourceType> {
  return {
    'AWS::Scheduler::Schedule': scheduleType(scheduler, identity),
    'AWS::Scheduler::ScheduleGroup': groupType(scheduler, identity),
  };
}

function scheduleType({ actions }: Scheduler, { region, accountId }: Identity): ResourceType {
  const put = (Name: string, given: Properties) => {
    const { GroupName = 'default', ...properties } = given;
    const input = { Name, GroupName, ...properties, ...datesOf(properties) };
    const isNew = unless('ConflictException', () => actions['CreateSchedule']!(input));
    if (!isNew) actions['UpdateSchedule']!(input);
    const Arn = `arn:aws:scheduler:${region}:${accountId}:schedule/${String(GroupName)}/${Name}`;
    return { ref: Name, attributes: { Arn } };
  };
  return {
    nameProperty: 'Name',
    replacedBy: ['GroupName'],
    ...knownProperties('AWS::Scheduler::Schedule', ['Name', 'GroupName', ...PROPERTIES]),
    create: ({ name, properties: { Name: _, ...properties } }) => put(name, properties),
    update: (physicalId, { Name: _, ...properties }) => put(physicalId, properties),
    remove({ physicalId, properties: { GroupName } }) {
      unless(NOT_FOUND, () => actions['DeleteSchedule']!({ Name: physicalId, GroupName }));
    },
  };
}

/** Templates have ISO 8601, the API seconds. */
function datesOf(properties: Properties): Properties {
  const dates = ['StartDate', 'EndDate'].filter((name) => properties[name] !== undefined);
  return Object.fromEntries(dates.map((name) => [name, Date.parse(String(properties[name])) / 1000]));
}

function groupType({ actions }: Scheduler, { region, accountId }: Identity): ResourceType {
  return {
    nameProperty: 'Name',
    ...knownProperties('AWS::Scheduler::ScheduleGroup', ['Name', 'Tags']),
    create({ name: Name, properties: { Tags } }) {
      const ResourceArn = `arn:aws:scheduler:${region}:${accountId}:schedule-group/${Name}`;
      const isNew = unless('ConflictException', () => actions['CreateScheduleGroup']!({ Name, Tags }));
      if (!isNew) actions['TagResource']!({ ResourceArn, Tags });
      return { ref: Name, attributes: { Arn: ResourceArn } };
    },
    remove({ physicalId: Name }) {
      unless(NOT_FOUND, () => actions['DeleteScheduleGroup']!({ Name }));
    },
  };
}

const NOT_FOUND = 'ResourceNotFoundException';

/** False where the action is refused with this code. */
function unless(code: string, action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === code) return false;
    throw error;
  }
}
